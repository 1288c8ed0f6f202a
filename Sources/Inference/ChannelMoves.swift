import Elements
import ModelGraph

/// Copies with the channels at another axis, made by tiles and threads.
extension DenseArray {
  /// Elements of a copy that a thread makes at a time: with as many that it reads they stay in the cache.
  private static var piece: Int { 1 << 14 }

  /// This array with the channels, axis 1, moved to the last axis, or as it is where they are there.
  func channelsLast(from format: DataFormat, sharing: WorkSharing) -> DenseArray {
    guard format == .channelsFirst, rank > 2 else { return self }
    return exchanging(rows: shape[1], columns: shape[2...].reduce(1, *), sharing)
      .reshaped(ChannelMove(rank: rank).last.map { shape[$0] })
  }

  /// This channels-last array in another format.
  func channelsMoved(to format: DataFormat, sharing: WorkSharing) -> DenseArray {
    guard format == .channelsFirst, rank > 2 else { return self }
    return exchanging(rows: shape[1..<rank - 1].reduce(1, *), columns: shape[rank - 1], sharing)
      .reshaped(ChannelMove(rank: rank).first.map { shape[$0] })
  }

  /// A matrix for each sample with its rows and columns exchanged.
  private func exchanging(rows: Int, columns: Int, _ sharing: WorkSharing) -> DenseArray {
    if rows == 1 || columns == 1 { return self }
    let blocks = (0..<columns).blocks(
      of: Swift.max(MatrixTransposition.tile, Self.piece / Swift.max(1, rows)))
    return DenseArray(shape: shape) { result in
      values.withUnsafeBufferPointer { values in
        let (source, target) = (SharedSource(start: values.baseAddress!), SharedMemory(start: result))
        sharing.forEach(shape[0] * blocks.count) { number in
          let (sample, block) = number.quotientAndRemainder(dividingBy: blocks.count)
          let (start, part) = (sample * rows * columns, blocks[block])
          MatrixTransposition(rows: rows, columns: part.count, rowStride: columns, targetStride: rows).copy(
            source.start + start + part.lowerBound, to: target.start + start + part.lowerBound * rows)
        }
      }
    }
  }
}

extension TensorValue {
  /// The value with the channels, axis 1, moved to the last axis.
  func channelsLast(sharing: WorkSharing) -> TensorValue {
    switch self {
    case .numbers(let array): .numbers(array.channelsLast(from: .channelsFirst, sharing: sharing))
    case .integers(let array): .integers(array.transposed(ChannelMove(rank: rank).last, sharing: sharing))
    }
  }

  /// This channels-last value with the channels moved to axis 1.
  func channelsMoved(sharing: WorkSharing) -> TensorValue {
    switch self {
    case .numbers(let array): .numbers(array.channelsMoved(to: .channelsFirst, sharing: sharing))
    case .integers(let array): .integers(array.transposed(ChannelMove(rank: rank).first, sharing: sharing))
    }
  }
}

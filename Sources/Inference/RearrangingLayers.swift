import Elements
import ModelGraph

/// Layers that move elements.
extension LayerEvaluator {
  /// ZeroPadding and Cropping.
  func respace(_ input: Values) throws -> Values {
    switch layer.operation {
    case .zeroPadding(let amounts, let format):
      return try respace(input, format, rank: amounts.count) { axis, size in
        (size + amounts[axis].before + amounts[axis].after, { $0 - amounts[axis].before })
      }
    case .cropping(let amounts, let format):
      return try respace(input, format, rank: amounts.count) { axis, size in
        (size - amounts[axis].before - amounts[axis].after, { $0 + amounts[axis].before })
      }
    default: preconditionFailure("not a layer that changes the spatial axes")
    }
  }

  /// - Parameter change: for an axis and its size, the new size and the old position of a new one.
  private func respace(
    _ input: Values, _ format: DataFormat, rank: Int, _ change: (Int, Int) -> (Int, (Int) -> Int)
  ) throws -> Values {
    guard input.rank == rank + 2 else { throw shape("its input has \(input.rank) axes") }
    let moved = input.channelsLast(from: format, sharing: sharing)
    let changes = (0..<rank).map { change($0, moved.shape[$0 + 1]) }
    guard changes.allSatisfy({ $0.0 >= 0 }) else { throw shape("more is cropped than there is") }
    let result = moved.respaced(to: changes.map(\.0)) { axis, position in
      let source = changes[axis].1(position)
      return source >= 0 && source < moved.shape[axis + 1] ? source : nil
    }
    return result.channelsMoved(to: format, sharing: sharing)
  }

  /// Another shape, another order of the axes, or RepeatVector; nil where it does not fit.
  func rearrange(_ input: Values) throws -> Values? {
    switch layer.operation {
    case .reshape(let reshape): return reshape.result(of: input, sharing: sharing)
    case .transpose(let transposition):
      return transposition.order(rank: input.rank).map { input.transposed($0) }
    case .repeatVector(let count):
      guard input.rank == 2 else { return nil }
      let batch = input.shape[0]
      let width = input.shape[1]
      let values = (0..<batch).flatMap { sample in
        (0..<count).flatMap { _ in input.values[sample * width..<(sample + 1) * width] }
      }
      return Values(shape: [batch, count, width], values: values)
    default: preconditionFailure("not a layer that rearranges")
    }
  }
}

extension Reshape {
  /// The array in its new shape; nil where it does not fit.
  func result<Values: ElementArray>(of input: Values, sharing: WorkSharing = .none) -> Values? {
    let moves = self == .flattenWithChannelsLast && input.rank > 2
    let moved = moves ? input.transposed(ChannelMove(rank: input.rank).last, sharing: sharing) : input
    guard let partial = outputShape(input: moved.shape.map { $0 }) else { return nil }
    let shape = partial.compactMap { $0 }
    guard shape.count == partial.count, shape.checkedElementCount == moved.values.count else { return nil }
    return moved.reshaped(shape)
  }
}

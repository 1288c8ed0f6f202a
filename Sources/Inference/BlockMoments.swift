/// Count, mean and sum of squared deviations of each channel over a part of an array.
public struct BlockMoments: Sendable {
  public let count: Int
  public let mean: ArraySlice<Double>
  public let squaredDeviations: ArraySlice<Double>
}

extension DenseArray {
  /// Values that are looked at twice while they are in the processor's cache.
  private static var blockValues: Int { 1 << 16 }
  /// Fewer values of a channel are not worth the two numbers that are kept of them.
  private static var leastCount: Int { 16 }

  /// The moments of each channel, block by block along the first axes; how it is cut depends on the shape alone.
  ///
  /// - Parameters:
  ///   - axis: the axis of the channels.
  ///   - sharing: the threads that work on it.
  func blockMoments(axis: Int, sharing: WorkSharing) -> [BlockMoments] {
    let channels = shape[axis]
    let inner = shape[(axis + 1)...].reduce(1, *)
    let width = channels * inner
    guard values.count > 0 else { return [] }
    let blocks = (0..<values.count / width).blocks(
      of: max(1, Self.blockValues / width, Self.leastCount / inner))
    var means = [Double](repeating: 0, count: blocks.count * channels)
    var squares = means
    values.withUnsafeBufferPointer { values in
      means.withUnsafeMutableBufferPointer { means in
        squares.withUnsafeMutableBufferPointer { squares in
          let source = SharedSource(start: values.baseAddress!)
          let (mean, square) = (
            SharedMemory(start: means.baseAddress!), SharedMemory(start: squares.baseAddress!)
          )
          sharing.forEach(blocks.count) { (index) throws(Never) in
            Self.moments(
              of: source.start, rows: blocks[index], channels: channels, inner: inner,
              mean: mean.start + index * channels, squares: square.start + index * channels)
          }
        }
      }
    }
    return blocks.enumerated().map { index, rows in
      let part = index * channels..<(index + 1) * channels
      return BlockMoments(count: rows.count * inner, mean: means[part], squaredDeviations: squares[part])
    }
  }

  /// Two passes: deviations from the mean keep what squares of large values would lose.
  private static func moments(
    of values: UnsafePointer<Scalar>, rows: Range<Int>, channels: Int, inner: Int,
    mean: UnsafeMutablePointer<Double>, squares: UnsafeMutablePointer<Double>
  ) {
    let width = channels * inner
    forEachRun(of: rows, channels: channels, inner: inner) { row, channel in
      let run = values + row * width + channel * inner
      if inner == 1 {
        for channel in 0..<channels { mean[channel] += Double(run[channel]) }
      } else {
        var sum = 0.0
        for place in 0..<inner { sum += Double(run[place]) }
        mean[channel] += sum
      }
    }
    for channel in 0..<channels { mean[channel] /= Double(rows.count * inner) }
    forEachRun(of: rows, channels: channels, inner: inner) { row, channel in
      let run = values + row * width + channel * inner
      if inner == 1 {
        for channel in 0..<channels {
          let deviation = Double(run[channel]) - mean[channel]
          squares[channel] += deviation * deviation
        }
      } else {
        let center = mean[channel]
        var sum = 0.0
        for place in 0..<inner {
          let deviation = Double(run[place]) - center
          sum += deviation * deviation
        }
        squares[channel] += sum
      }
    }
  }

  /// Values that lie side by side: those of a channel, or, where it has one at a time, of all channels.
  private static func forEachRun(
    of rows: Range<Int>, channels: Int, inner: Int, _ body: (_ row: Int, _ channel: Int) -> Void
  ) {
    for row in rows {
      if inner == 1 {
        body(row, 0)
      } else {
        for channel in 0..<channels { body(row, channel) }
      }
    }
  }
}

import Bytes
import Calibration
import Elements
import Inference
import ModelGraph
import Testing

/// Mean and variance of channels.
@Suite struct BatchStatisticsTests {
  /// Each seed is one shape, axis and cut into batches; the failing seed is in the test's name and replays alone.
  @Test(arguments: 0..<200)
  func `Batches merge to the statistics of all data`(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    func size(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    let rank = size(2...5)
    let shape = [size(2...9)] + (1..<rank).map { _ in size(1...7) }
    let axis = size(1...rank - 1)
    let offset = Double(size(-3...3)) * 1000
    let values = (0..<shape.elementCount).map { _ in offset + random.nextSigned() }
    let all = DenseArray(shape: shape, values: values)
    let cut = size(1...shape[0] - 1)
    let width = shape.dropFirst().reduce(1, *)
    var merged = BatchStatistics(
      of: DenseArray(shape: [cut] + shape.dropFirst(), values: Array(values[..<(cut * width)])), axis: axis)
    merged.merge(
      BatchStatistics(
        of: DenseArray(shape: [shape[0] - cut] + shape.dropFirst(), values: Array(values[(cut * width)...])),
        axis: axis))
    let whole = BatchStatistics(of: all, axis: axis)
    #expect(merged.count == whole.count)
    #expect(whole.count == shape.elementCount / shape[axis])
    for channel in 0..<shape[axis] {
      let own = channelValues(all, axis: axis, channel)
      let mean = own.reduce(0, +) / Double(own.count)
      let variance = own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(own.count)
      for found in [whole.biased, merged.biased] {
        // The mean of at most 9 * 7^3 values: 2^-53 a term.
        #expect(abs(found.mean[channel] - mean) <= 1e-12 * max(1, abs(offset)), "seed \(seed)")
        #expect(abs(found.variance[channel] - variance) <= 1e-9, "seed \(seed)")
      }
    }
  }

  private func channelValues(_ array: DenseArray<Double>, axis: Int, _ channel: Int) -> [Double] {
    let inner = array.shape[(axis + 1)...].reduce(1, *)
    return array.values.indices.filter { $0 / inner % array.shape[axis] == channel }.map { array.values[$0] }
  }

  @Test func `A mean of 1e8 does not swallow a variance of 1`() throws {
    let values = (0..<1000).map { 1e8 + ($0 % 2 == 0 ? 1.0 : -1) }
    var all = PooledStatistics()
    for batch in stride(from: 0, to: 1000, by: 100) {
      all.update(
        with: BatchStatistics(
          of: DenseArray(shape: [100, 1], values: Array(values[batch..<batch + 100])), axis: 1))
    }
    #expect(all.statistics == ChannelStatistics(mean: [1e8], variance: [1]))
  }

  @Test(arguments: [1, 3])
  func `The number of threads changes no bit`(axis: Int) {
    var random = SeededGenerator(seed: 5)
    let shape = [7, 40, 30, 50]
    let array = DenseArray<Float>(
      shape: shape, values: (0..<shape.elementCount).map { _ in Float(random.nextSigned()) })
    let alone = BatchStatistics(of: array, axis: axis)
    #expect(BatchStatistics(of: array, axis: axis, sharing: WorkSharing(threads: 3)) == alone)
  }

  @Test func `An empty array and channels of no values have no statistics`() {
    #expect(BatchStatistics(of: DenseArray<Float>(shape: [0, 3], values: []), axis: 1).count == 0)
    #expect(PooledStatistics().statistics == nil)
    #expect(PopulationStatistics().statistics == nil)
  }
}

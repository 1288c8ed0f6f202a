import Bytes
import Calibration
import Inference
import ModelGraph
import Testing

/// The three estimates, by their formulas.
@Suite struct EstimateTests {
  private func batch(_ values: [Double]) -> BatchStatistics {
    BatchStatistics(of: DenseArray(shape: [values.count, 1], values: values), axis: 1)
  }

  @Test func `Population statistics are algorithm 2 of the paper`() throws {
    var estimate = PopulationStatistics()
    // Means 2 and 6; biased variances 1 and 4, m being 2: m / (m - 1) * mean = 2 * 2.5.
    try estimate.update(with: batch([1, 3]))
    try estimate.update(with: batch([4, 8]))
    #expect(estimate.statistics == ChannelStatistics(mean: [4], variance: [5]))
  }

  @Test func `Pooled statistics have the spread of the batch means in them`() {
    var estimate = PooledStatistics()
    estimate.update(with: batch([1, 3]))
    estimate.update(with: batch([4, 8]))
    #expect(estimate.statistics == ChannelStatistics(mean: [4], variance: [6.5]))
  }

  @Test func `A moving average keeps its part of what was there`() throws {
    let start = ChannelStatistics(mean: [10], variance: [100])
    var biased = MovingAverage(from: start, staying: 0.75, variance: .biased)
    try biased.update(with: batch([1, 3]))
    #expect(biased.statistics == ChannelStatistics(mean: [8], variance: [75.25]))
    var unbiased = MovingAverage(from: start, staying: 0.75, variance: .unbiased)
    try unbiased.update(with: batch([1, 3]))
    #expect(unbiased.statistics == ChannelStatistics(mean: [8], variance: [75.5]))
  }

  @Test func `One value has no unbiased variance, and changes nothing`() throws {
    var population = PopulationStatistics()
    #expect(throws: BatchStatistics.SingleValue.self) { try population.update(with: batch([1])) }
    #expect(population.statistics == nil)
    let start = ChannelStatistics(mean: [0], variance: [1])
    var unbiased = MovingAverage(from: start, staying: 0.5, variance: .unbiased)
    #expect(throws: BatchStatistics.SingleValue.self) { try unbiased.update(with: batch([1])) }
    #expect(unbiased.statistics == start)
  }

  @Test func `Momentum is what stays in Keras, and what is new in PyTorch`() {
    #expect(MomentumConvention.fractionKept.staying(0.99) == 0.99)
    #expect(MomentumConvention.fractionReplaced.staying(0.25) == 0.75)
  }

  @Test(arguments: [
    ("bn", "bn", true), ("bn", "bn1", false), ("bn*", "bn1", true), ("*/bn", "backbone/bn", true),
    ("*", "anything", true), ("a*b*c", "a1b2b3c", true), ("a*b*c", "a1c", false), ("ab*ba", "aba", false),
    ("a**b", "ab", true), ("", "x", false), ("*x", "x", true), ("a*b", "ab1", false), ("b*n", "bn*n", true),
  ])
  func `Names fit patterns`(pattern: String, name: String, fits: Bool) {
    #expect(LayerPattern(ByteString(pattern)).matches(ByteString(name)) == fits)
  }
}

import ModelGraph

/// The population statistics of the paper: means over batches, with the unbiased variance of each.
///
/// E[x] = mean of the batch means; Var[x] = m / (m - 1) * mean of the batch variances, m being the values of a channel in
/// a batch. Where batches have different m, each variance has its own factor.
/// Source: Ioffe and Szegedy, "Batch Normalization", 2015, algorithm 2.
public struct PopulationStatistics: StatisticsEstimate {
  private var batches = 0.0
  private var sums: ChannelStatistics?

  public init() {}

  public mutating func update(with batch: BatchStatistics) throws(BatchStatistics.SingleValue) {
    let new = try batch.unbiased()
    batches += 1
    guard var sums else {
      self.sums = new
      return
    }
    for channel in new.mean.indices {
      sums.mean[channel] += new.mean[channel]
      sums.variance[channel] += new.variance[channel]
    }
    self.sums = sums
  }

  public var statistics: ChannelStatistics? {
    sums.map { sums in
      ChannelStatistics(mean: sums.mean.map { $0 / batches }, variance: sums.variance.map { $0 / batches })
    }
  }
}

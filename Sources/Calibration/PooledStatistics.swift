import ModelGraph

/// The exact mean and variance of all values, as if they had been one batch; the variance divides by their number.
///
/// Unlike a mean of variances, it has the spread of the batch means in it.
/// Source: Chan, Golub and LeVeque, 1979, as `BatchStatistics.merge(_:)`; the same as numpy.mean and numpy.var.
public struct PooledStatistics: StatisticsEstimate {
  private var all: BatchStatistics?

  public init() {}

  public mutating func update(with batch: BatchStatistics) {
    if all == nil { all = batch } else { all?.merge(batch) }
  }

  public var statistics: ChannelStatistics? { all?.biased }
}

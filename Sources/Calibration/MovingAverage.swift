import ModelGraph

/// The exponential moving average of training: each batch takes the statistics a step towards its own.
///
/// moving = staying * moving + (1 - staying) * batch, for the mean and for the variance. After n batches, staying^n of what
/// it began with is left.
/// Source: Keras and PyTorch, as `MomentumConvention` says.
public struct MovingAverage: StatisticsEstimate {
  private var moving: ChannelStatistics
  private let staying: Double
  private let variance: BatchVariance

  /// - Parameters:
  ///   - start: the moving statistics before the first batch.
  ///   - staying: what of them stays after a batch, between 0 and 1.
  ///   - variance: which variance of a batch they take in.
  public init(from start: ChannelStatistics, staying: Double, variance: BatchVariance) {
    moving = start
    self.staying = staying
    self.variance = variance
  }

  public mutating func update(with batch: BatchStatistics) throws(BatchStatistics.SingleValue) {
    let new =
      switch variance {
      case .biased: batch.biased
      case .unbiased: try batch.unbiased()
      case .fused: batch.fused
      }
    for channel in new.mean.indices {
      moving.mean[channel] = staying * moving.mean[channel] + (1 - staying) * new.mean[channel]
      moving.variance[channel] = staying * moving.variance[channel] + (1 - staying) * new.variance[channel]
    }
  }

  public var statistics: ChannelStatistics? { moving }
}

/// Which variance of a batch a moving average takes in.
public enum BatchVariance: Sendable, Hashable {
  /// Divided by m.
  case biased
  /// Divided by m - 1.
  case unbiased
  /// Divided by m - 1, or by 1 for a single value.
  case fused
}

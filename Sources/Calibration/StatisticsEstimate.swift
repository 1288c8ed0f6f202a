import ModelGraph

/// Takes the statistics of one batch after the other, and says what those of all data are.
public protocol StatisticsEstimate: Sendable {
  /// - Throws: `SingleValue` where a batch has one value a channel and the estimate needs the unbiased variance.
  mutating func update(with batch: BatchStatistics) throws(BatchStatistics.SingleValue)

  /// The estimate so far; nil before it has seen anything.
  var statistics: ChannelStatistics? { get }
}

/// How statistics are estimated.
public enum EstimationMethod: String, Sendable, CaseIterable, Codable {
  /// `PooledStatistics`.
  case pooled
  /// `PopulationStatistics`.
  case population
  /// `MovingAverage`.
  case ema
}

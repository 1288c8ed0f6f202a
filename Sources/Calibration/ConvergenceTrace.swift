import Bytes
import ModelGraph

/// How the estimates of one layer come about: after each batch, how far each of them is from the statistics of all data.
public struct ConvergenceTrace: Sendable, Equatable, Codable {
  /// The layer, with the models around it.
  public let layer: ByteString
  /// Values of a channel in a full batch.
  public let valuesOfABatch: Int
  /// After how many updates: one a batch, or one a call of a shared layer.
  public let updates: [Int]
  /// The curves.
  public let curves: [Curve]

  /// An estimate, batch after batch.
  public struct Curve: Sendable, Equatable, Codable {
    public let estimate: Estimate
    /// The variance relative to that of all data, the median over the channels.
    public let varianceRatio: [Double]
    /// The distance of the mean from that of all data in standard deviations, the median over the channels.
    public let meanError: [Double]
  }

  /// What is drawn.
  public enum Estimate: Int, Sendable, CaseIterable, Codable {
    /// The moving average of Keras.
    case biasedMovingAverage
    /// The moving average of PyTorch.
    case unbiasedMovingAverage
    /// Algorithm 2 of the paper.
    case population
    /// The exact statistics of the data so far.
    case pooled
  }
}

/// Mean and variance of each channel, by which a batch normalization normalizes.
public struct ChannelStatistics: Sendable, Hashable, Codable {
  /// One for each channel.
  public var mean: [Double]
  /// As many.
  public var variance: [Double]

  /// - Precondition: there are as many of both.
  public init(mean: [Double], variance: [Double]) {
    precondition(mean.count == variance.count)
    self.mean = mean
    self.variance = variance
  }

  public var channels: Int { mean.count }

  /// Whether they can be the statistics of any values: finite, and no variance negative.
  public var arePossible: Bool {
    mean.allSatisfy(\.isFinite) && variance.allSatisfy { $0.isFinite && $0 >= 0 }
  }

  /// What normalizing multiplies a channel by: gamma / sqrt(variance + epsilon).
  public func scale(ofChannel channel: Int, gamma: Double, epsilon: Double) -> Double {
    gamma / (variance[channel] + epsilon).squareRoot()
  }
}

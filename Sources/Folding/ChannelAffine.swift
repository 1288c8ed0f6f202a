/// What a batch normalization does at inference: one scale and one shift for each channel.
///
/// BN(x) = scale * x + shift with scale = gamma / sqrt(variance + epsilon) and shift = beta - mean * scale.
/// All in Double; rounding happens once, when the result is stored.
/// Source: Ioffe and Szegedy, "Batch Normalization", 2015, algorithm 2.
public struct ChannelAffine: Sendable, Equatable {
  /// gamma / sqrt(variance + epsilon), one for each channel.
  public let scale: [Double]
  /// The running mean, one for each channel.
  public let mean: [Double]
  /// beta, one for each channel.
  public let beta: [Double]

  /// The standard deviation of each channel behind it, by its own statistics; 0 where they are not known.
  public let spread: [Double]

  public init(scale: [Double], mean: [Double], beta: [Double], spread: [Double]? = nil) {
    precondition(scale.count == mean.count && scale.count == beta.count)
    self.scale = scale
    self.mean = mean
    self.beta = beta
    self.spread = spread ?? [Double](repeating: 0, count: scale.count)
  }

  public var channels: Int { scale.count }

  /// beta - mean * scale.
  public var shift: [Double] { scale.indices.map { beta[$0] - mean[$0] * scale[$0] } }

  /// The value of a channel after the batch normalization.
  ///
  /// Computed as (x - mean) * scale + beta, which loses less than scale * x + shift where x is near the mean.
  public func applied(to value: Double, channel: Int) -> Double {
    let centered = Self.sum(value, -mean[channel])
    return Self.sum(centered * scale[channel], beta[channel])
  }

  /// A sum, which is 0 where no more than the rounding of its terms is left.
  ///
  /// Numbers that were computed from each other, as when two batch normalizations undo each other, would leave 1e-17: that is no
  /// shift, but zeros of a padding would be in its way.
  private static func sum(_ first: Double, _ second: Double) -> Double {
    let sum = first + second
    return abs(sum) <= 0x1p-51 * max(abs(first), abs(second)) ? 0 : sum
  }
}

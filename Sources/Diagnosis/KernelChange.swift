import Bytes

/// What folding did to a kernel, output channel by output channel: what quantization will see.
public struct KernelChange: Sendable, Equatable, Codable {
  /// The layer, with the models around it.
  public let layer: ByteString
  /// Output channels.
  public let channels: Int
  public let before: ChannelRanges
  public let after: ChannelRanges
  /// Output channels that have nothing but zeros after it.
  public let deadChannels: Int
  /// The largest distance of a weight from the exact value, in units in the last place; rounding alone explains 0.5.
  ///
  /// Nil where the exact values are not known.
  public let largestError: Double?

  public init(
    layer: ByteString, channels: Int, before: ChannelRanges, after: ChannelRanges, deadChannels: Int,
    largestError: Double?
  ) {
    (self.layer, self.channels, self.before, self.after) = (layer, channels, before, after)
    (self.deadChannels, self.largestError) = (deadChannels, largestError)
  }

  /// How many times as far apart as before the smallest and the largest channel are.
  public var widening: Double { before.spread > 0 ? after.spread / before.spread : 1 }
}

/// How the largest magnitudes of the output channels of a kernel are distributed.
///
/// Channels of zeros are not among them: they need no range. Without others all are 0.
public struct ChannelRanges: Sendable, Equatable, Codable {
  public let smallest: Double
  public let lowerQuartile: Double
  public let median: Double
  public let upperQuartile: Double
  public let largest: Double

  /// - Parameter magnitudes: the largest magnitude of each channel.
  public init(of magnitudes: [Double]) {
    let sorted = magnitudes.filter { $0 > 0 }.sorted()
    /// Between two channels the number that is so far from one to the other.
    func quantile(_ part: Double) -> Double {
      guard let last = sorted.last else { return 0 }
      let place = part * Double(sorted.count - 1)
      let index = Int(place)
      guard index + 1 < sorted.count else { return last }
      return sorted[index] + (place - Double(index)) * (sorted[index + 1] - sorted[index])
    }
    (smallest, lowerQuartile, median) = (quantile(0), quantile(0.25), quantile(0.5))
    (upperQuartile, largest) = (quantile(0.75), quantile(1))
  }

  /// The largest channel by the smallest.
  public var spread: Double { smallest > 0 ? largest / smallest : 0 }
}

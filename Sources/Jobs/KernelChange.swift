import Bytes

/// What folding did to the kernel of a layer, output channel by output channel.
package struct KernelChange: Codable {
  /// The layer, with the models around it.
  package let layer: ByteString
  /// Output channels.
  package let channels: Int
  package let before: ChannelRanges
  package let after: ChannelRanges
  /// Output channels that have nothing but zeros after it.
  package let deadChannels: Int
  /// The largest distance of a weight from the exact value, in units in the last place; rounding alone explains 0.5.
  package let largestError: Double
}

/// How the largest magnitudes of the output channels of a kernel are distributed.
package struct ChannelRanges: Codable {
  package let smallest: Double
  package let lowerQuartile: Double
  package let median: Double
  package let upperQuartile: Double
  package let largest: Double
}

import Bytes

/// Channels of the folded model with other weights than the original's, of which no output depends on what they are.
///
/// A proof compares what reaches the outputs. A ReLU makes 0 of every constant that is not above it, the larger of two constants
/// hides the other one, and what is multiplied by 0 is gone: until there the weights need not be the exact values. A channel counts
/// that differs at such a place and has weights of the folded model in it, even if another layer shows what it is.
final class HiddenChannels {
  private struct Place: Hashable {
    let layer: Int
    let channel: Int
  }

  private var places: Set<Place> = []
  /// Layers with a model inside in which layers differ that no output depends on.
  var layersWithUnreadDifferences: Set<Int> = []

  func add(channel: Int, ofLayer layer: Int) { places.insert(Place(layer: layer, channel: channel)) }

  /// Notes a channel that goes no further, unless it is the original's or has only weights of the original in it.
  ///
  /// - Parameters:
  ///   - index: of the channel.
  ///   - slack: by how much float32 arithmetic may have moved its ratio.
  func add(_ channel: ChannelRelation, at index: Int, slack: Double, _ sources: SourceTable) {
    guard !channel.isIdentity(slack: slack), let layer = sources[channel.sources].last else { return }
    add(channel: index, ofLayer: layer)
  }

  /// How many there are, and the layers that have them.
  ///
  /// - Parameter names: of layers by number.
  func differences(_ names: [Int: ByteString]) -> HiddenDifferences {
    HiddenDifferences(
      count: places.count, layers: Set(places.map(\.layer)).sorted().compactMap { names[$0] })
  }
}

import Elements
import ModelGraph

extension KernelPair {
  /// Elements that are read at a time.
  private static let blockElements = 1 << 14

  /// Notes what products with 0 keep from the results: channels of the input that the kernel multiplies by 0 alone, and elements
  /// of the kernel that are not the original's and multiply a channel that is always 0.
  ///
  /// - Parameters:
  ///   - channels: the relation of each input channel.
  ///   - slack: by how much float32 arithmetic may have moved their ratios.
  ///   - hidden: where they are noted.
  ///   - layer: the number of the layer.
  /// - Throws: what the stores throw.
  func noteHidden(
    _ channels: [ChannelRelation], slack: Double, in hidden: HiddenChannels, ownLayer layer: Int,
    _ sources: SourceTable
  ) throws {
    let isZero = channels.map { $0.isNewConstant && $0.newPivot == 0 }
    var isUnread = channels.map { !$0.isIdentity(slack: slack) && !sources[$0.sources].isEmpty }
    var unreadCount = isUnread.count { $0 }
    for block in (0..<old.shape.elementCount).blocks(of: Self.blockElements) {
      // Few kernels have channels that they do not read: the first elements are enough to see it.
      guard unreadCount > 0 || isZero.contains(true) else { return }
      let (before, after) = try elements(block)
      for (offset, element) in after.enumerated() {
        let input = axes.inputChannel(ofElement: block.lowerBound + offset)
        if element != 0, isUnread[input] {
          isUnread[input] = false
          unreadCount -= 1
        }
        if isZero[input], element != before[offset] { hidden.add(channel: input, ofLayer: layer) }
      }
    }
    for (index, channel) in channels.enumerated() where isUnread[index] {
      hidden.add(channel, at: index, slack: slack, sources)
    }
  }
}

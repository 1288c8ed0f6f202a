import Elements

/// The channels of a tensor in another shape with the same elements in the same order.
public struct ReshapedChannels: Sendable {
  /// The axis of the new shape along which they are, without the batch.
  public let axis: Int
  /// For each index of that axis the channels of the old shape that its elements have, which are all alike.
  public let channels: [Set<Int>]

  /// Elements of a sample beyond which nothing is tiled.
  private static let largestSample = 1 << 22

  /// The place of an axis where both shapes are the same from it to their ends, whatever is before it.
  ///
  /// - Parameters:
  ///   - axis: of the tensor.
  ///   - shape: of the tensor, with the batch.
  ///   - other: the new shape, with the batch.
  /// - Returns: nil where they are not, or where the axis would be the first one.
  public static func axis(of axis: Int, in shape: PartialShape, reshapedTo other: PartialShape) -> Int? {
    guard shape.indices.contains(axis) else { return nil }
    let tail = shape[axis...]
    let place = other.count - tail.count
    guard place > 0, !tail.contains(nil), tail.elementsEqual(other[place...]) else { return nil }
    return place
  }

  /// - Parameters:
  ///   - shape: of the tensor, without the batch.
  ///   - place: the axis of its channels.
  ///   - other: the new shape, without the batch.
  ///   - areAlike: whether two channels need not be told apart.
  /// - Returns: nil where a channel is spread over several axes, or where there are too many elements.
  public init?(
    of shape: Shape, alongAxis place: Int, in other: Shape, areAlike: (Int, Int) -> Bool
  ) {
    guard let count = shape.checkedElementCount, count == other.checkedElementCount, count > 0,
      count <= Self.largestSample, shape.indices.contains(place)
    else { return nil }
    let inner = shape[(place + 1)...].reduce(1, *)
    // Where all channels are alike, any axis will do: the last one is mostly the channels'.
    for axis in other.indices.reversed() {
      let otherInner = other[(axis + 1)...].reduce(1, *)
      var first = [Int](repeating: -1, count: other[axis])
      var channels = [Set<Int>](repeating: [], count: other[axis])
      let isTiled = (0..<count).allSatisfy { element in
        let channel = (element / inner) % shape[place]
        let index = (element / otherInner) % other[axis]
        if first[index] < 0 { first[index] = channel }
        if first[index] != channel {
          guard areAlike(first[index], channel) else { return false }
          channels[index].insert(channel)
        }
        return true
      }
      for (index, channel) in first.enumerated() { channels[index].insert(channel) }
      if isTiled {
        (self.axis, self.channels) = (axis, channels)
        return
      }
    }
    return nil
  }
}

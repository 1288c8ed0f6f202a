import ModelGraph
import Tensor

/// A map passes a change of shape, its channels tiled as the elements are.
///
/// Before:      y = reshape(x): Flatten, Reshape, RepeatVector
/// After:       y' = reshape(x')
/// Conditions:  the map of all elements is a map along one axis on the other side, too: always so where that side has one
///              axis; otherwise where the elements of each index of an axis have the same scale and shift
/// Formula:     scale and shift of each element are those of the element that it was
enum ThroughReshaping: Passage {
  static let name = "reshaping"
  /// Elements of a sample beyond which nothing is tiled.
  private static let largestSample = 1 << 22

  static func matches(_ operation: Operation) -> Bool {
    switch operation {
    case .flatten, .reshape, .repeatVector: true
    default: false
    }
  }

  static func maps(_ request: PassageRequest) throws(Refusal) -> [(Port, TensorMap)] {
    if case .repeatVector = request.operation {
      guard request.port != .output || request.map.axis == 2 else {
        throw request.refusal(.axisMismatch, "repeats one element along the axis (\(request.map.axis))")
      }
      return [(request.opposite, request.map.on(axis: request.port == .output ? 1 : 2))]
    }
    let near = try request.known(request.shape)
    let far = try request.known(request.oppositeShape)
    // Channels first, Flatten moves the channels to the end before it flattens.
    if case .flatten(.channelsFirst) = request.operation, request.inputs[0]?.count ?? 0 > 2 {
      return [(request.opposite, try flattened(request, near: near, far: far))]
    }
    return [(request.opposite, try moved(request.map, near: near, far: far, request))]
  }

  private static func moved(
    _ map: TensorMap, near: Shape, far: Shape, _ request: PassageRequest
  ) throws(Refusal) -> TensorMap {
    guard let count = near.checkedElementCount, count == far.checkedElementCount, count > 0,
      count <= largestSample
    else { throw request.refusal(.axisMismatch, "has too many elements, or not as many on both sides") }
    let place = map.axis - 1
    guard near.indices.contains(place), near[place] == map.channels else {
      throw request.refusal(.axisMismatch, "has another axis")
    }
    let inner = near[(place + 1)...].reduce(1, *)
    // Where all channels have the same map, any axis will do: the last one is mostly the channels'.
    for axis in far.indices.reversed() {
      let farInner = far[(axis + 1)...].reduce(1, *)
      if let channels = channels(
        of: map, inner: inner, count: count, along: (farInner, far[axis]))
      {
        return map.withChannels(
          axis: axis + 1, scale: channels.map { map.scale[$0] }, shift: channels.map { map.shift[$0] })
      }
    }
    throw request.refusal(.axisMismatch, "spreads a channel over several axes")
  }

  /// For each index of an axis the channel that all of its elements have; nil where they differ.
  private static func channels(
    of map: TensorMap, inner: Int, count: Int, along axis: (inner: Int, size: Int)
  ) -> [Int]? {
    var channels = [Int](repeating: -1, count: axis.size)
    for element in 0..<count {
      let channel = (element / inner) % map.channels
      let index = (element / axis.inner) % axis.size
      let known = channels[index]
      guard known >= 0 else {
        channels[index] = channel
        continue
      }
      guard map.scale[known] == map.scale[channel], map.shift[known] == map.shift[channel] else { return nil }
    }
    return channels
  }

  private static func flattened(
    _ request: PassageRequest, near: Shape, far: Shape
  ) throws(Refusal) -> TensorMap {
    let shape = request.port == .output ? far : near
    let moved = Array(shape[1...]) + [shape[0]]
    if request.port == .output {
      let map = try self.moved(request.map, near: near, far: moved, request)
      return map.on(axis: map.axis == moved.count ? 1 : map.axis + 1)
    }
    let axis = request.map.axis == 1 ? moved.count : request.map.axis - 1
    return try self.moved(request.map.on(axis: axis), near: moved, far: far, request)
  }
}

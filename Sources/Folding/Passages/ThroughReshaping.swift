import Elements
import ModelGraph

/// A map passes a change of shape, its channels tiled as the elements are.
///
/// Before:      y = reshape(x): by a layer or a function; RepeatVector
/// After:       y' = reshape(x')
/// Conditions:  the map of all elements is a map along one axis on the other side, too: always so where that side has one
///              axis, and where both shapes are the same from the axis to their ends; otherwise where the elements of each
///              index of an axis have the same scale and shift
/// Formula:     scale and shift of each element are those of the element that it was
enum ThroughReshaping: Passage {
  static let name = "reshaping"
  static let summary = "a change of shape is passed, the channels tiled"

  static func matches(_ operation: Operation) -> Bool {
    switch operation {
    case .reshape, .repeatVector: true
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
    if request.operation != .reshape(.flattenWithChannelsLast), let shape = request.shape,
      let other = request.oppositeShape,
      let axis = ReshapedChannels.axis(of: request.map.axis, in: shape, reshapedTo: other)
    {
      return [(request.opposite, request.map.on(axis: axis))]
    }
    let near = try request.known(request.shape)
    let far = try request.known(request.oppositeShape)
    // Channels first, Flatten moves the channels to the end before it flattens.
    if request.operation == .reshape(.flattenWithChannelsLast), request.inputs[0]?.count ?? 0 > 2 {
      return [(request.opposite, try flattened(request, near: near, far: far))]
    }
    return [(request.opposite, try moved(request.map, near: near, far: far, request))]
  }

  private static func moved(
    _ map: TensorMap, near: Shape, far: Shape, _ request: PassageRequest
  ) throws(Refusal) -> TensorMap {
    guard near.indices.contains(map.axis - 1), near[map.axis - 1] == map.channels else {
      throw request.refusal(.axisMismatch, "has another axis")
    }
    guard
      let moved = ReshapedChannels(
        of: near, alongAxis: map.axis - 1, in: far,
        areAlike: { map.scale[$0] == map.scale[$1] && map.shift[$0] == map.shift[$1] })
    else { throw request.refusal(.axisMismatch, "spreads a channel over several axes, or is too large") }
    let channels = moved.channels.compactMap { $0.first }
    return map.withChannels(
      axis: moved.axis + 1, scale: channels.map { map.scale[$0] }, shift: channels.map { map.shift[$0] })
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

import Elements
import ModelGraph

/// A map of a concatenation is one map for each of its parts.
///
/// Before:      y = concat(x1, x2, …) along an axis
/// After:       y' = concat(x1', x2', …)
/// Conditions:  the sizes of the parts are known, if the map is along that axis
/// Formula:     along the map's axis: each part takes its slice; along another one: each takes the whole map. A map that
///              comes from one part leaves the others as they are, along the map's axis
enum SplitAtConcatenation: Passage {
  static let name = "concatenation"
  static let summary = "each part of a concatenation takes its channels"

  static func matches(_ operation: Operation) -> Bool {
    if case .merge(.concatenate) = operation { true } else { false }
  }

  static func maps(_ request: PassageRequest) throws(Refusal) -> [(Port, TensorMap)] {
    guard case .merge(.concatenate(let written)) = request.operation, let rank = request.shape?.count,
      request.inputs.allSatisfy({ $0?.count == rank }), let axis = normalizedAxis(written, rank: rank)
    else { throw request.refusal(.axisMismatch, "has shapes that are not known") }
    let map = request.map
    let ports = [Port.output] + request.inputs.indices.map { .input($0) }
    guard axis == map.axis else {
      return ports.filter { $0 != request.port }.map { ($0, map) }
    }
    let sizes = request.inputs.compactMap { $0.flatMap { $0[axis] } }
    guard sizes.count == request.inputs.count else {
      throw request.refusal(.axisMismatch, "has parts of unknown size")
    }
    var first = 0
    let ranges = sizes.map { size in
      defer { first += size }
      return first..<first + size
    }
    guard case .input(let number) = request.port else {
      guard first == map.channels else {
        throw request.refusal(.statisticsShape, "has \(first) channels for \(map.channels)")
      }
      return ranges.enumerated().map { (.input($0), map.slice($1)) }
    }
    var whole = try request.identity(channels: first)
    whole.direction = map.direction
    whole.scale.replaceSubrange(ranges[number], with: map.scale)
    whole.shift.replaceSubrange(ranges[number], with: map.shift)
    var maps: [(Port, TensorMap)] = [(.output, whole)]
    for part in ranges.indices where part != number {
      maps.append((.input(part), try request.identity(channels: sizes[part])))
    }
    return maps
  }
}

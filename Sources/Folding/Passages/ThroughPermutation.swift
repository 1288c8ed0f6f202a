import ModelGraph

/// A map passes a permutation of the axes along its own axis.
///
/// Before:      y = permute(x)
/// After:       y' = permute(x')
/// Conditions:  the axis does not become the first one
/// Formula:     axis a of y is axis axes[a] of x
enum ThroughPermutation: Passage {
  static let name = "permutation"
  static let summary = "a permutation of the axes is passed"

  static func matches(_ operation: Operation) -> Bool {
    if case .transpose = operation { true } else { false }
  }

  static func maps(_ request: PassageRequest) throws(Refusal) -> [(Port, TensorMap)] {
    guard case .transpose(let transposition) = request.operation else { return [] }
    let order =
      (request.shape?.count ?? transposition.axes?.count).flatMap { transposition.order(rank: $0) } ?? []
    let place = request.map.axis
    let axis =
      request.port == .output
      ? (order.indices.contains(place) ? order[place] : nil) : order.firstIndex(of: place)
    guard let axis else { throw request.refusal(.axisMismatch, "does not have the axis") }
    guard axis > 0 else {
      throw request.refusal(.axisMismatch, "has the channels as its first axis, which is the batch's")
    }
    return [(request.opposite, request.map.on(axis: axis))]
  }
}

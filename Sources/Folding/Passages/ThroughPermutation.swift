import ModelGraph

/// A map passes a permutation of the axes along its own axis.
///
/// Before:      y = permute(x)
/// After:       y' = permute(x')
/// Conditions:  none
/// Formula:     axis a of y is axis axes[a - 1] of x, counted with the batch
enum ThroughPermutation: Passage {
  static let name = "permutation"

  static func matches(_ operation: Operation) -> Bool {
    if case .permute = operation { true } else { false }
  }

  static func maps(_ request: PassageRequest) throws(Refusal) -> [(Port, TensorMap)] {
    guard case .permute(let axes) = request.operation else { return [] }
    let axis =
      request.port == .output
      ? (axes.indices.contains(request.map.axis - 1) ? axes[request.map.axis - 1] : nil)
      : axes.firstIndex(of: request.map.axis).map { $0 + 1 }
    guard let axis else { throw request.refusal(.axisMismatch, "does not have the axis") }
    return [(request.opposite, request.map.on(axis: axis))]
  }
}

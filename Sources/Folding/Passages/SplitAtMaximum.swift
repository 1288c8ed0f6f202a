import ModelGraph

/// A map of the larger of several tensors is the same map for each of them, if no scale is negative.
///
/// Before:      y = max(x1, x2, …), or min
/// After:       y' = max(x1', x2', …)
/// Conditions:  scale >= 0 in every channel; every tensor has all of the channels, and as many axes
/// Formula:     the same map
enum SplitAtMaximum: Passage {
  static let name = "larger-of"
  static let summary = "each of the tensors that are compared takes it, since no scale is negative"

  static func matches(_ operation: Operation) -> Bool {
    switch operation {
    case .merge(.maximum), .merge(.minimum): true
    default: false
    }
  }

  static func maps(_ request: PassageRequest) throws(Refusal) -> [(Port, TensorMap)] {
    try request.requireAllChannels()
    try request.map.requireNoNegativeScale(at: request.path)
    let ports = [Port.output] + request.inputs.indices.map { .input($0) }
    return ports.filter { $0 != request.port }.map { ($0, request.map) }
  }
}

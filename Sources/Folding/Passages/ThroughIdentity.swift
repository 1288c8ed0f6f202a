import ModelGraph

/// A map passes a layer that does nothing at inference as it is.
///
/// Before:      y = x
/// After:       y' = x'
/// Conditions:  none: dropout, noise, regularization, a linear activation
/// Formula:     the same map
enum ThroughIdentity: Passage {
  static let name = "identity"
  static let summary = "a layer that does nothing at inference is passed"

  static func matches(_ operation: Operation) -> Bool {
    switch operation {
    case .identity, .activation(.linear): true
    default: false
    }
  }

  static func maps(_ request: PassageRequest) throws(Refusal) -> [(Port, TensorMap)] {
    [(request.opposite, request.map)]
  }
}

import ModelGraph

/// A scale that is not negative passes a function with f(s x) = s f(x); a shift does not.
///
/// Before:      y = f(x): ReLU without maximum and threshold, leaky ReLU, PReLU
/// After:       y' = f(x')
/// Conditions:  scale >= 0 and shift = 0 in every channel
/// Formula:     the same scale
enum ThroughRectification: Passage {
  static let name = "rectification"
  static let summary = "a ReLU or its like is passed, since no scale is negative and there is no shift"

  static func matches(_ operation: Operation) -> Bool {
    switch operation {
    case .activation(let activation): activation.isHomogeneous
    case .parametricReLU: true
    default: false
    }
  }

  static func maps(_ request: PassageRequest) throws(Refusal) -> [(Port, TensorMap)] {
    try request.map.requireNoShift(
      at: request.path, because: "is not linear, and would see", code: .activation)
    try request.map.requireNoNegativeScale(at: request.path, code: .activation)
    return [(request.opposite, request.map)]
  }
}

extension Activation {
  /// Whether f(s x) = s f(x) for every s >= 0.
  var isHomogeneous: Bool {
    switch self {
    case .relu(let settings): settings.maxValue == nil && settings.threshold == 0
    default: false
    }
  }
}

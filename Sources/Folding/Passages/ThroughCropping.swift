import ModelGraph

/// A map passes the removal of elements at the borders.
///
/// Before:      y = crop(x)
/// After:       y' = crop(x')
/// Conditions:  the map is along the channels, of which none is removed
/// Formula:     the same map
enum ThroughCropping: Passage {
  static let name = "cropping"
  static let summary = "a cropping is passed"

  static func matches(_ operation: Operation) -> Bool {
    if case .cropping = operation { true } else { false }
  }

  static func maps(_ request: PassageRequest) throws(Refusal) -> [(Port, TensorMap)] {
    guard case .cropping(let amounts, let format) = request.operation else { return [] }
    try request.requireChannels(format, rank: amounts.count + 2)
    return [(request.opposite, request.map)]
  }
}

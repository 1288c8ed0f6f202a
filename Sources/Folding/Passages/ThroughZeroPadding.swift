import ModelGraph

/// A scale passes added zeros; a shift does not.
///
/// Before:      y = pad(x) with zeros
/// After:       y' = pad(x')
/// Conditions:  shift = 0 in every channel; the map is along the channels
/// Formula:     the same scale: s * 0 = 0
enum ThroughZeroPadding: Passage {
  static let name = "zero-padding"
  static let summary = "added zeros are passed, since there is no shift"

  static func matches(_ operation: Operation) -> Bool {
    if case .zeroPadding = operation { true } else { false }
  }

  static func maps(_ request: PassageRequest) throws(Refusal) -> [(Port, TensorMap)] {
    guard case .zeroPadding(let amounts, let format) = request.operation else { return [] }
    try request.requireChannels(format, rank: amounts.count + 2)
    if amounts.contains(where: { $0.before > 0 || $0.after > 0 }) {
      try request.map.requireNoShift(at: request.path, because: "adds zeros, and would see")
    }
    return [(request.opposite, request.map)]
  }
}

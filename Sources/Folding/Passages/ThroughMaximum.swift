import ModelGraph

/// A map passes a maximum over positions, if no scale is negative.
///
/// Before:      y[p] = max over q of x[q]
/// After:       the same for x' and y'
/// Conditions:  scale >= 0 in every channel, unless each window has one element; the map is along the channels. With a
///              scale of 0 the result is the constant shift on both sides
/// Formula:     the same map: max(s x + t) = s max(x) + t for s >= 0
enum ThroughMaximum: Passage {
  static let name = "maximum"
  static let summary = "a maximum is passed, since no scale is negative"

  static func matches(_ operation: Operation) -> Bool {
    switch operation {
    case .pooling(let pooling): pooling.reduction == .maximum
    case .globalPooling(let pooling): pooling.reduction == .maximum
    default: false
    }
  }

  static func maps(_ request: PassageRequest) throws(Refusal) -> [(Port, TensorMap)] {
    if case .globalPooling(let pooling) = request.operation {
      try request.map.requireNoNegativeScale(at: request.path)
      return [try request.throughGlobalPooling(pooling)]
    }
    guard case .pooling(let pooling) = request.operation else { return [] }
    try request.requireChannels(pooling.dataFormat, rank: pooling.poolSize.count + 2)
    if pooling.poolSize.contains(where: { $0 > 1 }) {
      try request.map.requireNoNegativeScale(at: request.path)
    }
    return [(request.opposite, request.map)]
  }
}

import ModelGraph

/// A map passes a weighted mean over positions, if the weights of each sum to one.
///
/// Before:      y[p] = sum over q of w[p, q] * x[q], with sum over q of w[p, q] = 1
/// After:       the same for x' and y'
/// Conditions:  the map is along the channels. Average pooling counts only elements inside the tensor, or t = 0; nearest and
///              bilinear interpolation have weights that sum to one at the borders, too
/// Formula:     the same map: mean(s x + t) = s mean(x) + t
enum ThroughAveraging: Passage {
  static let name = "averaging"
  static let summary = "a mean with weights that sum to one is passed"

  static func matches(_ operation: Operation) -> Bool {
    switch operation {
    case .pooling(let pooling): pooling.reduction == .average
    case .globalPooling(let pooling): pooling.reduction == .average
    case .upSampling, .resizing: true
    default: false
    }
  }

  static func maps(_ request: PassageRequest) throws(Refusal) -> [(Port, TensorMap)] {
    switch request.operation {
    case .globalPooling(let pooling): return [try request.throughGlobalPooling(pooling)]
    case .pooling(let pooling):
      try request.requireChannels(pooling.dataFormat, rank: pooling.poolSize.count + 2)
      if pooling.countsZeros {
        try request.map.requireNoShift(
          at: request.path, because: "counts zeros at the borders, which do not have", code: .padding)
      }
    case .upSampling(let factors, _, let format):
      try request.requireChannels(format, rank: factors.count + 2)
    case .resizing(let resizing): try request.requireChannels(resizing.dataFormat, rank: 4)
    default: break
    }
    return [(request.opposite, request.map)]
  }
}

extension PassageRequest {
  /// The same map behind or before a pooling of all positions, which may take the spatial axes away.
  func throughGlobalPooling(_ pooling: GlobalPooling) throws(Refusal) -> (Port, TensorMap) {
    let rank = pooling.rank + 2
    let channels = pooling.dataFormat.channelAxis(rank: rank)
    let pooled = pooling.keepsAxes ? channels : 1
    guard map.axis == (port == .output ? pooled : channels) else {
      throw Refusal(.axisMismatch, "its axis (\(map.axis)) is not the axis of \(path)'s channels")
    }
    return (opposite, map.on(axis: port == .output ? channels : pooled))
  }
}

import ModelGraph

/// A map passes another affine map of the same channels, its shift changed.
///
/// Before:      y = a x + b per channel: Rescaling, Normalization, LayerScale; Mul, Add, Sub, Div, Neg with a constant
/// After:       y' = a x' + b
/// Conditions:  along the same axis, or a and b the same for all channels; a != 0 where the map comes from behind
/// Formula:     forwards: shift' = a t + b - s b; backwards: shift' = (s b + t - b) / a; the scale stays
enum ThroughChannelAffine: Passage {
  static let name = "channel-affine"
  static let summary = "another scale and shift of the same channels is passed"

  static func matches(_ operation: Operation) -> Bool {
    switch operation {
    case .rescaling, .channelScaling: true
    case .dataNormalization(let normalization): !normalization.isInverse
    default: ConstantCombination(operation) != nil
    }
  }

  static func maps(_ request: PassageRequest) throws(Refusal) -> [(Port, TensorMap)] {
    guard let channelAffine = request.channelAffine, let rank = request.shape?.count else {
      throw request.refusal(.axisMismatch, "has a shape that is not known")
    }
    let map = request.map
    let (factor, addend) = try channelAffine.values(for: map, rank: rank)
    var shift: [Double] = []
    for channel in map.scale.indices {
      let (a, b, s, t) = (factor[channel], addend[channel], map.scale[channel], map.shift[channel])
      if request.port == .output {
        let rest = s * b + t - b
        guard a != 0 || rest == 0 else {
          throw request.refusal(.zeroScale, "multiplies channel \(channel) with 0")
        }
        shift.append(rest == 0 ? 0 : rest / a)
      } else {
        shift.append(a * t + b - s * b)
      }
    }
    guard let channel = shift.firstIndex(where: { !$0.isFinite }) else {
      return [(request.opposite, map.withChannels(scale: map.scale, shift: shift))]
    }
    throw request.refusal(.notFinite, "gives a shift that is not finite in channel \(channel)")
  }
}

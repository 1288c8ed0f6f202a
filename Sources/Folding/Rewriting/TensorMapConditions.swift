import Bytes
import ModelGraph

/// What a map has to be for a layer to take it or to let it pass.
extension TensorMap {
  /// The same map with other channels.
  func withChannels(axis: Int? = nil, scale: [Double], shift: [Double]) -> TensorMap {
    TensorMap(direction, axis: axis ?? self.axis, scale: scale, shift: shift)
  }

  /// The map of a part of the channels.
  func slice(_ range: Range<Int>) -> TensorMap {
    withChannels(scale: Array(scale[range]), shift: Array(shift[range]))
  }

  func on(axis: Int) -> TensorMap { withChannels(axis: axis, scale: scale, shift: shift) }
}

extension TensorMap {
  /// The map the other way round.
  ///
  /// - Parameter reader: what needs it, for the refusal.
  /// - Throws: `Refusal` where a scale has no inverse.
  func written(_ direction: Direction, for reader: ByteString) throws(Refusal) -> TensorMap {
    guard self.direction != direction else { return self }
    if let channel = scale.firstIndex(of: 0) {
      throw Refusal(
        .zeroScale, "\(reader) would need the inverse of a scale that is 0 in channel \(channel)")
    }
    guard let turned = turned() else {
      throw Refusal(.zeroScale, "\(reader) would need the inverse of a scale that is next to 0")
    }
    return turned
  }

  /// - Throws: `Refusal` with the first channel that has a shift.
  func requireNoShift(
    at place: ByteString, because reason: String, code: Refusal.Code = .shift
  ) throws(Refusal) {
    if let channel = shift.firstIndex(where: { $0 != 0 }) {
      throw Refusal(
        code, "\(place) \(reason) a shift of \(Refusal.brief(shift[channel])) in channel \(channel)")
    }
  }

  /// - Throws: `Refusal` with the first channel that has a negative scale.
  func requireNoNegativeScale(
    at place: ByteString, code: Refusal.Code = .negativeScale
  ) throws(Refusal) {
    if let channel = scale.firstIndex(where: { $0 < 0 }) {
      throw Refusal(
        code,
        "\(place) does not commute with the scale \(Refusal.brief(scale[channel])) in channel \(channel)")
    }
  }
}

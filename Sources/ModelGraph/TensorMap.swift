/// How a tensor of a rewritten model is related to the same tensor of the model before: per channel, an affine map.
///
/// What stands before a tensor has to give the new one, what reads it has to take the new one for the old. A map that has
/// an inverse can be written both ways; one with a scale of zero in only one.
public struct TensorMap: Sendable, Equatable {
  /// Which of the two the formula gives.
  public enum Direction: Sendable, Equatable {
    /// new = scale * old + shift: the effect of a batch normalization moves into what stands before it.
    case image
    /// old = scale * new + shift: the effect moves into what reads it.
    case preimage
  }

  public var direction: Direction
  /// The axis of the channels, the batch being 0.
  public var axis: Int
  /// One for each channel.
  public var scale: [Double]
  public var shift: [Double]

  public init(_ direction: Direction, axis: Int, scale: [Double], shift: [Double]) {
    precondition(scale.count == shift.count)
    self.direction = direction
    self.axis = axis
    self.scale = scale
    self.shift = shift
  }

  public var channels: Int { scale.count }

  /// The tensor stays as it is.
  public static func identity(axis: Int, channels: Int) -> TensorMap {
    TensorMap(
      .image, axis: axis, scale: [Double](repeating: 1, count: channels),
      shift: [Double](repeating: 0, count: channels))
  }

  public var isIdentity: Bool { scale.allSatisfy { $0 == 1 } && shift.allSatisfy { $0 == 0 } }

  /// The same relation, written the other way round; nil where a scale has no inverse.
  public func turned() -> TensorMap? {
    let turned = TensorMap(
      direction == .image ? .preimage : .image, axis: axis, scale: scale.map { 1 / $0 },
      shift: scale.indices.map { -shift[$0] / scale[$0] })
    return (turned.scale + turned.shift).allSatisfy(\.isFinite) ? turned : nil
  }
}

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

  /// This relation and then another one of the same tensor; nil where they cannot be written in one formula.
  public func followed(by next: TensorMap) -> TensorMap? {
    guard axis == next.axis, channels == next.channels else { return nil }
    guard direction == next.direction else {
      return next.turned().flatMap { followed(by: $0) } ?? turned().flatMap { $0.followed(by: next) }
    }
    let (inner, outer) = direction == .image ? (self, next) : (next, self)
    return TensorMap(
      direction, axis: axis, scale: scale.indices.map { outer.scale[$0] * inner.scale[$0] },
      shift: scale.indices.map { outer.scale[$0] * inner.shift[$0] + outer.shift[$0] })
  }
}

/// How a tensor is related to the same tensor of the model before.
public enum TensorRelation: Sendable, Equatable {
  case same
  case affine(TensorMap)
  /// By several maps that cannot be written as one.
  case unknown

  /// This relation, and then a map; nil for one that is not known.
  public func followed(by map: TensorMap?) -> TensorRelation {
    guard let map else { return .unknown }
    switch self {
    case .same: return .affine(map)
    case .affine(let earlier): return earlier.followed(by: map).map { .affine($0) } ?? .unknown
    case .unknown: return .unknown
    }
  }
}

/// How the tensors at both ends of a layer are related to those of the model before.
public struct EndRelations: Sendable, Equatable {
  public var input: TensorRelation
  public var output: TensorRelation

  public init(input: TensorRelation = .same, output: TensorRelation = .same) {
    self.input = input
    self.output = output
  }
}

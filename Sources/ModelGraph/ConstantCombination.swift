import Elements

/// A function that combines a tensor with constant numbers, or one that changes its sign: a scale and a shift along one axis.
public struct ConstantCombination: Sendable, Hashable {
  /// How tensor and constant are combined; nil where the sign changes.
  public let kind: TensorFunction.Combination?
  /// The position of the constant among the operands.
  public let position: Int
  /// The shape of the constant.
  public let shape: Shape

  /// - Returns: nil for any other operation.
  public init?(_ operation: Operation) {
    guard case .function(let function) = operation else { return nil }
    switch function {
    case .elementwise(.negative): (kind, position, shape) = (nil, 1, [])
    case .combination(let kind, .tensor(0), .weight(let position, let shape)),
      .combination(let kind, .weight(let position, let shape), .tensor(0)):
      switch kind {
      case .add, .subtract, .multiply: break
      case .divide where position != 0: break
      default: return nil
      }
      (self.kind, self.position, self.shape) = (kind, position, shape)
    default: return nil
    }
  }

  /// Whether the constant is the first operand.
  public var isFirst: Bool { position == 0 }

  /// Whether the constant has more than one number.
  public var isVector: Bool { shape.contains { $0 != 1 } }

  /// The axis along which the numbers run; nil for several axes, for that of the samples, and where a single element of the
  /// tensor might become several.
  ///
  /// - Parameter input: the shape of the tensor, as far as it is known.
  public func axis(input: PartialShape?) -> ChannelAxis? {
    let long = shape.indices.filter { shape[$0] != 1 }
    guard let place = long.first else {
      return shape.isEmpty || (input.map { $0.count >= shape.count } ?? false) ? .fromBack(1) : nil
    }
    let distance = shape.count - place
    guard long.count == 1, let input, input.count >= shape.count, input.count > distance,
      input[input.count - distance] == shape[place]
    else { return nil }
    return .fromBack(distance)
  }

  /// Scale and shift for each of the numbers of the constant; one of each where the sign changes.
  public func scaleAndShift(_ numbers: [Double]) -> (scale: [Double], shift: [Double]) {
    let (zeros, ones) = (numbers.map { _ in 0.0 }, numbers.map { _ in 1.0 })
    switch kind {
    case nil: return ([-1], [0])
    case .add?: return (ones, numbers)
    case .subtract?: return isFirst ? (ones.map { -$0 }, numbers) : (ones, numbers.map { -$0 })
    case .divide?: return (numbers.map { 1 / $0 }, zeros)
    default: return (numbers, zeros)
    }
  }
}

import Bytes
import Elements
import ModelGraph

/// Functions in a graph that scale and shift: those that combine a tensor with one constant number, or one for each channel.
extension ChannelAffine {
  /// - Parameters:
  ///   - function: what the layer computes.
  ///   - layer: where its weight is.
  ///   - input: the shape of what it reads, as far as it is known.
  ///   - isRounded: whether a vector of numbers has been rounded; nil for none.
  /// - Returns: nil for any other function, and where the constant may enlarge the tensor.
  /// - Throws: what the store throws.
  init?(
    _ function: TensorFunction, _ layer: Layer, input: PartialShape?, from store: any WeightStore,
    _ isRounded: ((Variable) throws -> Bool)?
  ) throws {
    switch function {
    case .elementwise(.negative):
      // Integers have no negative for their smallest one.
      guard layer.precision.isFloatingPoint else { return nil }
      self.init(axis: .fromBack(1), scale: [-1], mean: [0], shift: [0])
    case .combination(let kind, .tensor(0), .weight(let position, let shape)):
      try self.init(kind, layer, (position, shape), isFirst: false, input: input, from: store, isRounded)
    case .combination(let kind, .weight(let position, let shape), .tensor(0)):
      try self.init(kind, layer, (position, shape), isFirst: true, input: input, from: store, isRounded)
    default: return nil
    }
  }

  /// - Parameters:
  ///   - weight: which operand it is, and its shape.
  ///   - isFirst: whether the weight is the first operand.
  private init?(
    _ kind: TensorFunction.Combination, _ layer: Layer, _ weight: (position: Int, shape: Shape),
    isFirst: Bool, input: PartialShape?, from store: any WeightStore,
    _ isRounded: ((Variable) throws -> Bool)?
  ) throws {
    guard let axis = Self.axis(ofWeight: weight.shape, input: input),
      let variable = layer.variable(.operand(weight.position)),
      let numbers = try variable.numbers(from: store), numbers.allSatisfy(\.isFinite)
    else { return nil }
    let (zeros, ones) = (
      [Double](repeating: 0, count: numbers.count), [Double](repeating: 1, count: numbers.count)
    )
    let (scale, shift): ([Double], [Double])
    switch kind {
    case .add: (scale, shift) = (ones, numbers)
    case .subtract: (scale, shift) = isFirst ? (ones.map { -$0 }, numbers) : (ones, numbers.map { -$0 })
    case .multiply: (scale, shift) = (numbers, zeros)
    case .divide where !isFirst: (scale, shift) = (numbers.map { 1 / $0 }, zeros)
    default: return nil
    }
    guard scale.allSatisfy(\.isFinite) else { return nil }
    self.init(axis: axis, scale: scale, mean: zeros, shift: shift)
    guard let isRounded else { return }
    limitingUnit = variable.elementType.ulpOfOne
    guard try isRounded(variable) else { return }
    let half = HalfUnits(variable.elementType)
    if kind == .add || kind == .subtract {
      shiftError = numbers.map { half.around(abs($0)).above }
    } else {
      scaleError = numbers.map { $0 == 0 ? 0 : half.around(abs($0)).above / abs($0) }
    }
  }

  /// The axis along which the numbers of a weight run; nil for several axes, for that of the samples, and where a single element
  /// of the tensor might become several.
  private static func axis(ofWeight shape: Shape, input: PartialShape?) -> ChannelAxis? {
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
}

extension TensorFunction {
  /// Whether it may be a scale and a shift.
  var combinesWithWeight: Bool {
    switch self {
    case .combination(_, .tensor(0), .weight), .combination(_, .weight, .tensor(0)): true
    default: false
    }
  }
}

extension ByteString {
  /// Whether it is the name of a type of floating-point numbers.
  fileprivate var isFloatingPoint: Bool {
    ["float16", "bfloat16", "float32", "float64"].contains(self)
  }
}

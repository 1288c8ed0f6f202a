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
    guard let combination = ConstantCombination(.function(function)) else { return nil }
    guard let kind = combination.kind else {
      // Integers have no negative for their smallest one.
      guard layer.precision.isFloatingPoint else { return nil }
      self.init(axis: .fromBack(1), scale: [-1], mean: [0], shift: [0])
      return
    }
    guard let axis = combination.axis(input: input),
      let variable = layer.variable(.operand(combination.position)),
      let numbers = try variable.numbers(from: store), numbers.allSatisfy(\.isFinite)
    else { return nil }
    let (scale, shift) = combination.scaleAndShift(numbers)
    guard scale.allSatisfy(\.isFinite) else { return nil }
    self.init(axis: axis, scale: scale, mean: [Double](repeating: 0, count: numbers.count), shift: shift)
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

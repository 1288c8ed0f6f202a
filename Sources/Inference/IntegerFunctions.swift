import Elements
import ModelGraph
import RealModule

/// Functions of integers and truth values, which wrap around at the width of their type.
///
/// Source: ONNX operator specification, Add, Div, Mod, Pow and the others, for integer types.
extension LayerEvaluator {
  /// Two arrays combined element by element; the result has the type of the left one, or is truth values.
  ///
  /// - Throws: `EvaluationError` for shapes that do not fit and for a division by 0.
  func combined(
    _ left: IntegerArray, _ right: IntegerArray, _ combination: TensorFunction.Combination
  ) throws -> IntegerArray {
    guard let broadcast = Broadcast(left.shape, right.shape) else {
      throw shape("its inputs have the shapes \(describe(left.shape)) and \(describe(right.shape))")
    }
    try checkSize(broadcast.shape)
    switch combination {
    case .divide, .remainder:
      if right.values.contains(0) { throw shape("an integer is divided by 0") }
    case .power:
      if right.type.isSigned, right.values.contains(where: { $0 < 0 }), left.values.contains(0) {
        throw shape("the integer 0 has no power with a negative exponent")
      }
    default: break
    }
    let type = left.type
    let function = combination.function(of: type)
    if combination.givesTruth {
      return IntegerArray(
        shape: broadcast.shape,
        values: broadcast.elements(left.values, right.values, sharing: sharing, function), type: .boolean)
    }
    return IntegerArray(
      shape: broadcast.shape,
      values: broadcast.elements(left.values, right.values, sharing: sharing) {
        type.wrapped(function($0, $1))
      }, type: type)
  }

  /// A function of each element; nil for one whose results are numbers.
  func applied(_ function: TensorFunction.ElementFunction, to array: IntegerArray) -> IntegerArray? {
    switch function {
    case .not: return IntegerArray(shape: array.shape, isTrue: array.values.map { $0 == 0 })
    case .isNotANumber: return IntegerArray(shape: array.shape, isTrue: array.values.map { _ in false })
    case .floor, .ceiling, .round: return array
    case .absolute: return array.type.isSigned ? array.mapped { $0 < 0 ? 0 &- $0 : $0 } : array
    case .negative: return array.mapped { 0 &- $0 }
    case .square: return array.mapped { $0 &* $0 }
    case .sign: return array.mapped { $0 == 0 ? 0 : $0 < 0 && array.type.isSigned ? -1 : 1 }
    case .clip(let bounds):
      let limits = array.type.exactLimits
      guard !array.type.isUnsigned64 else { return nil }
      let lowest = Int64(clamping: bounds.lowerBound.rounded(.up), in: limits)
      let highest = Int64(clamping: bounds.upperBound.rounded(.down), in: limits)
      return array.mapped { min(max($0, lowest), highest) }
    default: return nil
    }
  }
}

extension ElementType {
  var isSigned: Bool { if case .integer(_, true) = self { true } else { false } }
}

extension Int64 {
  /// A number within limits; what is no number becomes 0.
  init(clamping number: Double, in limits: (lowest: Int64, highest: Int64)) {
    if number.isNaN {
      self = 0
    } else {
      let inside = Swift.max(Double(limits.lowest), Swift.min(number, 0x1p63.nextDown))
      self = Swift.min(limits.highest, Int64(inside))
    }
  }
}

extension TensorFunction.Combination {
  /// The function of two integers of a type, before it is wrapped into it.
  ///
  /// - Precondition: no divisor is 0.
  func function(of type: ElementType) -> @Sendable (Int64, Int64) -> Int64 {
    let isUnsigned = type.isUnsigned64
    switch self {
    case .add: return { $0 &+ $1 }
    case .subtract: return { $0 &- $1 }
    case .multiply: return { $0 &* $1 }
    case .divide:
      if isUnsigned { return { Int64(bitPattern: UInt64(bitPattern: $0) / UInt64(bitPattern: $1)) } }
      return { $0.dividedReportingOverflow(by: $1).partialValue }
    case .remainder(let hasDividendSign):
      if isUnsigned { return { Int64(bitPattern: UInt64(bitPattern: $0) % UInt64(bitPattern: $1)) } }
      return {
        let rest = $0.remainderReportingOverflow(dividingBy: $1).partialValue
        return hasDividendSign || rest == 0 || (rest < 0) == ($1 < 0) ? rest : rest &+ $1
      }
    case .power:
      if isUnsigned { return { $0.wrappingPower(UInt64(bitPattern: $1)) } }
      return { $0.power($1) }
    case .maximum: return { type.isLess($0, $1) ? $1 : $0 }
    case .minimum: return { type.isLess($1, $0) ? $1 : $0 }
    case .equal: return { $0 == $1 ? 1 : 0 }
    case .less: return { type.isLess($0, $1) ? 1 : 0 }
    case .lessOrEqual: return { type.isLess($1, $0) ? 0 : 1 }
    case .greater: return { type.isLess($1, $0) ? 1 : 0 }
    case .greaterOrEqual: return { type.isLess($0, $1) ? 0 : 1 }
    case .and: return { $0 != 0 && $1 != 0 ? 1 : 0 }
    case .or: return { $0 != 0 || $1 != 0 ? 1 : 0 }
    case .exclusiveOr: return { ($0 != 0) != ($1 != 0) ? 1 : 0 }
    }
  }
}

extension Int64 {
  /// A power; a fraction, which a negative exponent gives, becomes 0.
  fileprivate func power(_ exponent: Int64) -> Int64 {
    if exponent >= 0 { return wrappingPower(UInt64(exponent)) }
    return self == 1 ? 1 : self == -1 ? (exponent % 2 == 0 ? 1 : -1) : 0
  }

  fileprivate func wrappingPower(_ exponent: UInt64) -> Int64 {
    var (result, base, exponent) = (Int64(1), self, exponent)
    while exponent > 0 {
      if exponent & 1 == 1 { result = result &* base }
      base = base &* base
      exponent >>= 1
    }
    return result
  }
}

import Bytes
import Elements
import ModelGraph

extension OperatorTable {
  /// Functions of one element.
  static let elementwise: [ByteString: Reader] = [
    "Abs": function(.absolute), "Neg": function(.negative), "Sqrt": function(.squareRoot),
    "Reciprocal": function(.reciprocal), "Exp": function(.exponential), "Log": function(.logarithm),
    "Sin": function(.sine), "Cos": function(.cosine), "Tan": function(.tangent), "Asin": function(.arcSine),
    "Acos": function(.arcCosine), "Atan": function(.arcTangent), "Sinh": function(.hyperbolicSine),
    "Cosh": function(.hyperbolicCosine), "Asinh": function(.inverseHyperbolicSine),
    "Acosh": function(.inverseHyperbolicCosine), "Atanh": function(.inverseHyperbolicTangent),
    "Erf": function(.errorFunction), "Sign": function(.sign), "Floor": function(.floor),
    "Ceil": function(.ceiling), "Round": function(.round), "Not": function(.not),
    "IsNaN": function(.isNotANumber),
    "IsInf": { (node) throws(CarriedReason) in
      let negative = try node.attributes.flag("detect_negative", or: true)
      let positive = try node.attributes.flag("detect_positive", or: true)
      return try node.tensorOperation(.isInfinite(negative: negative, positive: positive))
    },
    "Clip": { (node) throws(CarriedReason) in try node.clip() },
    "Cast": { (node) throws(CarriedReason) in
      node.attributes.ignore("saturate", "round_mode")
      guard let type = try node.attributes.elementType("to") else { throw .attribute("to") }
      return try node.tensorOperation(.cast(type))
    },
    "CastLike": { (node) throws(CarriedReason) in
      node.attributes.ignore("saturate", "round_mode")
      return try node.tensorOperation(.castLike)
    },
    "CumSum": { (node) throws(CarriedReason) in
      let isExclusive = try node.attributes.flag("exclusive")
      let isReversed = try node.attributes.flag("reverse")
      return try node.tensorOperation(.cumulativeSum(isExclusive: isExclusive, isReversed: isReversed))
    },
  ]

  private static func function(_ function: TensorFunction.ElementFunction) -> Reader {
    { (node) throws(CarriedReason) in
      try node.requireOperands(1...1)
      try node.requireOutputs(1)
      _ = node.input(0)
      return .function(.elementwise(function))
    }
  }

  /// Two operands, element by element.
  static let combinations: [ByteString: Reader] = [
    "Add": combination(.add), "Sub": combination(.subtract), "Mul": combination(.multiply),
    "Div": combination(.divide), "Pow": combination(.power), "Equal": combination(.equal),
    "Less": combination(.less), "LessOrEqual": combination(.lessOrEqual),
    "Greater": combination(.greater), "GreaterOrEqual": combination(.greaterOrEqual),
    "And": combination(.and), "Or": combination(.or), "Xor": combination(.exclusiveOr),
    "Mod": { (node) throws(CarriedReason) in
      try node.combination(.remainder(hasDividendSign: try node.attributes.flag("fmod")))
    },
    "Sum": several(.sum, two: .add), "Max": several(.maximum, two: .maximum),
    "Min": several(.minimum, two: .minimum), "Mean": several(.mean, two: nil),
    "Where": { (node) throws(CarriedReason) in try node.tensorOperation(.select) },
  ]

  private static func combination(_ combination: TensorFunction.Combination) -> Reader {
    { (node) throws(CarriedReason) in try node.combination(combination) }
  }

  /// - Parameter two: what two operands are.
  private static func several(_ kind: TensorOperator, two: TensorFunction.Combination?) -> Reader {
    { (node) throws(CarriedReason) in
      try node.requireOperands(1...1 << 16)
      guard node.operands.allSatisfy({ $0 != nil }) else { throw .operands(node.operands.count) }
      if let two, node.operands.count == 2 { return try node.combination(two) }
      return try node.tensorOperation(kind)
    }
  }
}

extension NodeReading {
  fileprivate mutating func combination(_ combination: TensorFunction.Combination) throws(CarriedReason)
    -> Operation
  {
    try requireOperands(2...2)
    try requireOutputs(1)
    if version < 7 { try alignSecondOperand() }
    let left = functionOperand(0)
    return .function(.combination(combination, left, functionOperand(1)))
  }

  /// Before version 7 the second operand is repeated only where that is asked for, and from an axis on.
  private mutating func alignSecondOperand() throws(CarriedReason) {
    let repeats = try attributes.flag("broadcast")
    let axis = attributes.has("axis") ? try attributes.integer("axis", or: 0) : nil
    guard repeats else {
      guard shape(0) == shape(1), shape(0) != nil else { throw .attribute("broadcast") }
      return
    }
    guard let axis else { return }
    guard let rank = shape(0)?.count, let own = shape(1)?.count, let place = normalizedAxis(axis, rank: rank),
      place + own <= rank
    else { throw .attribute("axis") }
    guard place + own < rank else { return }
    guard let constant = constant(1) else { throw .attribute("axis") }
    let ones = [Int](repeating: 1, count: rank - place - own)
    setOperand(
      1,
      constant: ConstantTable.Constant(
        number: constant.number, shape: constant.shape + ones, elementType: constant.elementType))
  }

  /// Before version 11 the bounds are attributes.
  fileprivate mutating func clip() throws(CarriedReason) -> Operation {
    if version < 11 {
      let low = try attributes.float("min", or: -.greatestFiniteMagnitude)
      let high = try attributes.float("max", or: .greatestFiniteMagnitude)
      setOperand(1, floats: [low], shape: [])
      setOperand(2, floats: [high], shape: [])
    }
    return try tensorOperation(.clip)
  }
}

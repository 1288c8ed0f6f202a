import Bytes
import Elements
import ModelGraph

extension OperatorTable {
  /// Functions of each element, or of the vectors along an axis, as layers have them.
  static let activations: [ByteString: Reader] = [
    "Relu": plain(.relu(RectifiedLinear())), "Sigmoid": plain(.sigmoid), "Tanh": plain(.tanh),
    "Softplus": plain(.softplus), "Softsign": plain(.softsign), "Mish": plain(.mish),
    "HardSwish": plain(.hardSwish),
    "LeakyRelu": { (node) throws(CarriedReason) in
      let slope = Double(try node.attributes.float("alpha", or: 0.01))
      return try node.activation(.relu(RectifiedLinear(negativeSlope: slope)))
    },
    "Elu": { (node) throws(CarriedReason) in
      try node.activation(.elu(alpha: Double(try node.attributes.float("alpha", or: 1))))
    },
    "Celu": { (node) throws(CarriedReason) in
      try node.activation(.celu(alpha: Double(try node.attributes.float("alpha", or: 1))))
    },
    "Selu": { (node) throws(CarriedReason) in
      let alpha = try node.attributes.float("alpha", or: 1.67326319217681884765625)
      let gamma = try node.attributes.float("gamma", or: 1.05070102214813232421875)
      return try node.activation(
        alpha == 1.67326319217681884765625 && gamma == 1.05070102214813232421875
          ? .selu : .scaledELU(alpha: Double(alpha), scale: Double(gamma)))
    },
    "HardSigmoid": { (node) throws(CarriedReason) in
      let slope = try node.attributes.float("alpha", or: 0.2)
      let offset = try node.attributes.float("beta", or: 0.5)
      return try node.activation(.hardSigmoid(slope: Double(slope), offset: Double(offset)))
    },
    "ThresholdedRelu": { (node) throws(CarriedReason) in
      let threshold = Double(try node.attributes.float("alpha", or: 1))
      return try node.activation(.relu(RectifiedLinear(threshold: threshold)))
    },
    "Gelu": { (node) throws(CarriedReason) in
      let approximate = try node.attributes.choice("approximate", ["none": false, "tanh": true])
      return try node.activation(.gelu(approximate: approximate))
    },
    "Swish": { (node) throws(CarriedReason) in
      guard try node.attributes.float("alpha", or: 1) == 1 else { throw .attribute("alpha") }
      return try node.activation(.swish)
    },
    "Shrink": { (node) throws(CarriedReason) in
      let bias = try node.attributes.float("bias", or: 0)
      let threshold = Double(try node.attributes.float("lambd", or: 0.5))
      if bias == 0 { return try node.activation(.hardShrink(threshold: threshold)) }
      guard Double(bias) == threshold else { throw .attribute("bias") }
      return try node.activation(.softShrink(threshold: threshold))
    },
    "Softmax": { (node) throws(CarriedReason) in
      .activation(.softmax(axes: try node.softmaxAxes()))
    },
    "LogSoftmax": { (node) throws(CarriedReason) in
      .activation(.logSoftmax(axes: try node.softmaxAxes()))
    },
    "PRelu": { (node) throws(CarriedReason) in try node.parametricReLU() },
    "Identity": { (node) throws(CarriedReason) in try node.silent(1...1) },
    "Dropout": { (node) throws(CarriedReason) in
      // Whether it trains is an operand from version 12 on.
      node.attributes.ignore("ratio", "seed", "is_test")
      guard !node.has(2) || node.isKnownFalse(2) else {
        throw .value("it may drop elements (training_mode)")
      }
      return try node.silent(1...3)
    },
  ]

  private static func plain(_ activation: Activation) -> Reader {
    { (node) throws(CarriedReason) in try node.activation(activation) }
  }
}

extension NodeReading {
  fileprivate mutating func activation(_ activation: Activation) throws(CarriedReason) -> Operation {
    try requireOperands(1...1)
    try requireOutputs(1)
    _ = input(0)
    return .activation(activation)
  }

  /// A layer that does nothing to its first operand.
  fileprivate mutating func silent(_ operands: ClosedRange<Int>) throws(CarriedReason) -> Operation {
    try requireOperands(operands)
    try requireOutputs(1)
    _ = input(0)
    return .identity
  }

  /// Before version 13 over the axis and all after it, then along the axis alone.
  fileprivate mutating func softmaxAxes() throws(CarriedReason) -> [Int] {
    try requireOperands(1...1)
    try requireOutputs(1)
    _ = input(0)
    let axis = try attributes.integer("axis", or: version < 13 ? 1 : -1)
    guard version < 13 else { return [axis] }
    let rank = try rank(0)
    guard let first = normalizedAxis(axis, rank: rank) else { throw .attribute("axis") }
    return Array(first..<rank)
  }

  /// A layer where the slopes are constants without an axis for the samples.
  fileprivate mutating func parametricReLU() throws(CarriedReason) -> Operation {
    try requireOperands(2...2)
    if version < 7, let slope = constant(1), let rank = shape(0)?.count, slope.shape.count == 1, rank > 2 {
      // Before version 7 several slopes are those of the channels.
      let ones = [Int](repeating: 1, count: rank - 2)
      setOperand(
        1,
        constant: ConstantTable.Constant(
          number: slope.number, shape: slope.shape + ones, elementType: slope.elementType))
    }
    guard let slope = constant(1), slope.elementType.isFloatingPoint, let rank = shape(0)?.count,
      slope.shape.count == rank - 1, rank > 1
    else { return try tensorOperation(.parametricReLU) }
    try requireOutputs(1)
    _ = input(0)
    _ = weight(1, .alpha)
    return .parametricReLU(sharedAxes: slope.shape.indices.filter { slope.shape[$0] == 1 }.map { $0 + 1 })
  }
}

import Bytes
import Elements
import ModelGraph

extension OperatorTable {
  /// Shapes as tensors, and other shapes for the same elements.
  static let shapes: [ByteString: Reader] = [
    "Shape": { (node) throws(CarriedReason) in
      let start = try node.attributes.integer("start", or: 0)
      let end = node.attributes.has("end") ? try node.attributes.integer("end", or: 0) : nil
      return try node.tensorOperation(.shape(start: start, end: end))
    },
    "Size": { (node) throws(CarriedReason) in try node.tensorOperation(.size) },
    "Reshape": { (node) throws(CarriedReason) in try node.reshape() },
    "Flatten": { (node) throws(CarriedReason) in try node.flatten() },
    "Squeeze": { (node) throws(CarriedReason) in
      if node.version < 13 { node.setOperand(1, integers: try node.attributes.integers("axes")) }
      guard !node.has(1) || node.integers(1) != nil else { return try node.tensorOperation(.squeeze) }
      return try node.single(.reshape(.squeeze(axes: node.integers(1))))
    },
    "Unsqueeze": { (node) throws(CarriedReason) in
      if node.version < 13 { node.setOperand(1, integers: try node.attributes.integers("axes")) }
      guard let axes = node.integers(1) else { return try node.tensorOperation(.unsqueeze) }
      return try node.single(.reshape(.expansion(axes: axes)))
    },
    "Transpose": { (node) throws(CarriedReason) in
      try node.single(.transpose(Transposition(axes: try node.attributes.integers("perm"))))
    },
    "Expand": { (node) throws(CarriedReason) in try node.tensorOperation(.expand) },
    "Tile": { (node) throws(CarriedReason) in try node.tensorOperation(.tile) },
    "ConstantOfShape": { (node) throws(CarriedReason) in try node.constantOfShape() },
    "Range": { (node) throws(CarriedReason) in try node.tensorOperation(.range) },
    "EyeLike": { (node) throws(CarriedReason) in
      let type = try node.attributes.elementType("dtype")
      return try node.tensorOperation(.eyeLike(type, diagonal: try node.attributes.integer("k", or: 0)))
    },
  ]
}

extension NodeReading {
  /// A layer that reads the first operand alone; what the others say is in it.
  fileprivate mutating func single(_ operation: Operation) throws(CarriedReason) -> Operation {
    try requireOutputs(1)
    guard has(0) else { throw .operands(operands.count) }
    _ = input(0)
    return operation
  }

  fileprivate mutating func reshape() throws(CarriedReason) -> Operation {
    try requireOperands(2...2)
    let allowsZero = try attributes.flag("allowzero")
    guard let target = integers(1), target.allSatisfy({ $0 >= -1 }),
      target.filter({ $0 == -1 }).count <= 1, !(allowsZero && target.contains(0))
    else { return try tensorOperation(.reshape(allowsZero: allowsZero)) }
    return try single(
      .reshape(
        .sizes(
          target.enumerated().map { axis, size in
            size == 0 ? .axis(axis) : size == -1 ? .rest : .number(size)
          })))
  }

  /// Two axes: those before an axis, and those from it on.
  fileprivate mutating func flatten() throws(CarriedReason) -> Operation {
    try requireOperands(1...1)
    let axis = try attributes.integer("axis", or: 1)
    if axis == 1 { return try single(.reshape(.flatten)) }
    let shape = shape(0) ?? []
    guard let place = axis == shape.count && !shape.isEmpty ? axis : normalizedAxis(axis, rank: shape.count)
    else { throw .rank }
    func product(_ sizes: PartialShape) -> Int? {
      sizes.contains(nil) ? nil : sizes.compactMap { $0 }.checkedElementCount
    }
    let (before, after) = (product(PartialShape(shape[..<place])), product(PartialShape(shape[place...])))
    if let before { return try single(.reshape(.sizes([.number(before), .rest]))) }
    guard let after else { throw .value("the sizes of its input are not known") }
    return try single(.reshape(.sizes([.rest, .number(after)])))
  }

  fileprivate mutating func constantOfShape() throws(CarriedReason) -> Operation {
    let value = try attributes.tensor("value")
    guard let value else { return try tensorOperation(.constantOfShape(.float32, bits: 0)) }
    guard value.elementCount == 1, value.elementType.byteCount != nil, let bits = bits(of: value) else {
      throw .attribute("value")
    }
    return try tensorOperation(.constantOfShape(value.elementType, bits: bits))
  }
}

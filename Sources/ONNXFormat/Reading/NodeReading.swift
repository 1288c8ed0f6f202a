import Bytes
import Elements
import ModelGraph

/// A node while it becomes a layer: what its operator can ask, and what it has asked for.
struct NodeReading {
  /// A tensor that the node reads.
  struct Operand {
    let name: ByteString
    /// What is known of it where no input changes it.
    let constant: ConstantTable.Constant?
    let shape: PartialShape?
    /// Its elements, where they are known and few integers.
    let integers: [Int64]?
    /// As far as its elements are known, where it is a vector of few integers such as the sizes of a tensor.
    let sizes: [Int64?]?

    init(
      name: ByteString, constant: ConstantTable.Constant?, shape: PartialShape?, integers: [Int64]?,
      sizes: [Int64?]? = nil
    ) {
      (self.name, self.constant, self.shape, self.integers) = (name, constant, shape, integers)
      self.sizes = sizes ?? integers?.map { $0 }
    }
  }

  let node: ONNXNode
  /// The version of the operators of its domain.
  let version: Int
  private let reader: ONNXTensorReader
  /// Names that something reads.
  private let readNames: Set<ByteString>
  /// Whether batch normalizations that train are taken for those at inference.
  let assumesInference: Bool
  var attributes: NodeAttributes
  /// Nil for those that are absent.
  private(set) var operands: [Operand?]
  /// The constants of the model, lent to the node while it is read: a second reference would copy them all at each new one.
  var table = ConstantTable()
  /// Numbers of the operands that are inputs of the call, in its order.
  private(set) var inputs: [Int] = []
  /// The weights of the layer.
  private(set) var variables: [Variable] = []

  init(
    _ node: ONNXNode, version: Int, operands: [Operand?], reader: ONNXTensorReader,
    readNames: Set<ByteString>,
    assumesInference: Bool
  ) {
    self.assumesInference = assumesInference
    self.readNames = readNames
    self.reader = reader
    self.node = node
    self.version = version
    self.operands = operands
    attributes = NodeAttributes(node.attributes)
  }

  // MARK: - Operands

  func operand(_ number: Int) -> Operand? { operands.indices.contains(number) ? operands[number] : nil }

  func has(_ number: Int) -> Bool { operand(number) != nil }

  func shape(_ number: Int) -> PartialShape? { operand(number)?.shape }

  func constant(_ number: Int) -> ConstantTable.Constant? { operand(number)?.constant }

  /// The integers of an operand with one axis; nil where it is absent or not known.
  func integers(_ number: Int) -> [Int]? {
    guard let operand = operand(number), operand.shape?.count == 1 else { return nil }
    return operand.integers?.map { Int($0) }
  }

  /// Whether an operand is the constant false.
  func isKnownFalse(_ number: Int) -> Bool { operand(number)?.integers == [0] }

  /// - Throws: `CarriedReason` where an operand is a constant that does not have one number for each channel, and nothing else.
  func requireVectors(_ numbers: ClosedRange<Int>, of channels: Int?) throws(CarriedReason) {
    for number in numbers {
      guard let shape = constant(number)?.shape else { continue }
      guard shape.count == 1, channels == nil || shape[0] == channels else {
        throw .value("it has a weight of the shape \(shape)")
      }
    }
  }

  /// The number of axes of an operand.
  ///
  /// - Throws: `CarriedReason` where it is not known.
  func rank(_ number: Int) throws(CarriedReason) -> Int {
    guard let shape = shape(number) else { throw .rank }
    return shape.count
  }

  /// - Throws: `CarriedReason` unless there are so many operands, counted with those that are absent.
  func requireOperands(_ range: ClosedRange<Int>) throws(CarriedReason) {
    guard range.contains(operands.count), operands.prefix(range.lowerBound).allSatisfy({ $0 != nil }) else {
      throw .operands(operands.count)
    }
  }

  /// Whether something reads an output.
  func isRead(_ output: Int) -> Bool {
    node.outputs.indices.contains(output) && readNames.contains(node.outputs[output])
  }

  /// Whether an output after the first one is read.
  var areMoreOutputsRead: Bool { node.outputs.dropFirst().contains { readNames.contains($0) } }

  /// - Throws: `CarriedReason` where an output after so many is used.
  func requireOutputs(_ count: Int) throws(CarriedReason) {
    if let other = node.outputs.indices.first(where: { $0 >= count && isRead($0) }) {
      throw .output(other)
    }
  }

  // MARK: - What the layer has

  /// Makes an operand an input of the call.
  ///
  /// - Returns: its number among those.
  mutating func input(_ number: Int) -> Int {
    if let known = inputs.firstIndex(of: number) { return known }
    inputs.append(number)
    return inputs.count - 1
  }

  /// Makes a constant operand a weight of the layer; nil where it is not one.
  mutating func weight(_ number: Int, _ role: Role) -> ConstantTable.Constant? {
    guard let operand = operand(number), let constant = operand.constant else { return nil }
    variables.append(constant.variable(role, named: operand.name))
    return constant
  }

  /// Makes another tensor a weight of the layer.
  mutating func addWeight(_ constant: ConstantTable.Constant, _ role: Role) {
    variables.append(constant.variable(role, named: node.label))
  }

  /// Replaces the stored elements of a weight that was added by multiples of them.
  mutating func scaleWeight(_ role: Role, by factor: Double) {
    guard let index = variables.firstIndex(where: { $0.role == role }), factor != 1,
      case .stored(let number) = variables[index].value
    else { return }
    variables[index].value = .scaled(number, ElementScale(ChannelScale(factors: [factor], inner: 1)))
  }

  /// Makes every operand an input of the call, one that is there twice two inputs.
  mutating func appendAllInputs() { inputs = Array(operands.indices) }

  // MARK: - Operands of other versions

  /// Adds an operand that a newer version of the operator has in the place of an attribute.
  ///
  /// - Parameter integers: nil where the attribute is absent.
  mutating func setOperand(_ number: Int, integers: [Int]?) {
    while operands.count <= number { operands.append(nil) }
    guard let integers else { return }
    let elements = integers.map { Int64($0) }
    let constant = table.add(integers: elements)
    operands[number] = Operand(
      name: node.label, constant: constant, shape: [integers.count], integers: elements)
  }

  /// Adds an operand of floating-point numbers.
  mutating func setOperand(_ number: Int, floats: [Float], shape: Shape) {
    while operands.count <= number { operands.append(nil) }
    let constant = table.add(.computed(floats.withUnsafeBytes { Array($0) }), .float32, shape: shape)
    operands[number] = Operand(name: node.label, constant: constant, shape: shape.map { $0 }, integers: nil)
  }

  mutating func setOperand(_ number: Int, constant: ConstantTable.Constant) {
    while operands.count <= number { operands.append(nil) }
    operands[number] = Operand(
      name: node.label, constant: constant, shape: constant.shape.map { $0 }, integers: nil)
  }

  /// Gives an operand another position.
  mutating func moveOperand(_ number: Int, to other: Int) {
    while operands.count <= other { operands.append(nil) }
    operands.swapAt(number, other)
  }

  /// Takes constants without elements for absent operands, as Resize has them.
  mutating func dropEmptyOperands() {
    for number in operands.indices where constant(number)?.shape.contains(0) == true {
      operands[number] = nil
    }
  }

  mutating func add(_ tensor: ONNXTensor) -> ConstantTable.Constant { table.add(tensor) }

  mutating func add(
    _ content: ConstantTable.Content, _ type: ElementType, shape: Shape
  ) -> ConstantTable.Constant {
    table.add(content, type, shape: shape)
  }

  /// The bytes of a constant's first element; nil where they cannot be read.
  func element(of constant: ConstantTable.Constant) -> [UInt8]? {
    guard constant.elementType.byteCount != nil, constant.shape.elementCount > 0 else { return nil }
    return try? ConstantStore(table, reader: reader).bytes(ofWeight: constant.number, elements: 0..<1)
  }

  mutating func add(_ bytes: [UInt8], _ type: ElementType, _ shape: Shape) -> ConstantTable.Constant {
    table.add(.computed(bytes), type, shape: shape)
  }

  /// The bits of a tensor's first element; nil where it cannot be read.
  func bits(of tensor: ONNXTensor) -> UInt64? {
    guard let bytes = try? reader.bytes(of: tensor, elements: 0..<1), bytes.count <= 8 else { return nil }
    return bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  // MARK: - Operations

  /// An operator with all operands, weights where they are constants.
  mutating func tensorOperation(_ kind: TensorOperator, outputs: Int = 1) throws(CarriedReason) -> Operation {
    try requireOutputs(outputs)
    var list = operands
    while list.last.map({ $0 == nil }) == true { list.removeLast() }
    return .tensor(
      TensorOperation(kind, operands: list.indices.map { self.place($0) }, outputCount: outputs))
  }

  private mutating func place(_ number: Int) -> TensorOperation.Operand {
    guard has(number) else { return .absent }
    if let constant = weight(number, .operand(number)) { return .weight(constant.shape) }
    return .tensor(input(number))
  }

  /// A layer whose weights are constants, or else operands after its input.
  ///
  /// - Parameter roles: of the operands after the first one; those that are absent are left out.
  mutating func layer(_ operation: Operation, _ roles: [Role]) throws(CarriedReason) -> Operation {
    let present = roles.indices.filter { has($0 + 1) }
    guard !present.allSatisfy({ constant($0 + 1)?.elementType.isFloatingPoint == true }) else {
      _ = input(0)
      for number in present { _ = weight(number + 1, roles[number]) }
      return operation
    }
    operands = [operands[0]] + present.map { operands[$0 + 1] }
    return try tensorOperation(.layer(operation, weights: present.map { roles[$0] }))
  }

  /// An operand of a function of two: a tensor, or a weight of the layer.
  mutating func functionOperand(_ number: Int) -> TensorFunction.Operand {
    if let constant = weight(number, .operand(number)) { return .weight(number, constant.shape) }
    return .tensor(input(number))
  }
}

extension ONNXNode {
  /// What the node is called: its name, or that of its first output.
  var label: ByteString { name.isEmpty ? outputs.first { !$0.isEmpty } ?? operatorType : name }
}

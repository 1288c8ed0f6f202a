import Bytes
import Elements
import Files
import Inference
import ModelFormats
import ModelGraph

/// Makes the graph of a model: a layer and a call of each node, constants as weights of the layers that read them.
struct GraphReader {
  let model: ONNXModel
  let reader: ONNXTensorReader
  let path: String
  let functions: ONNXFunctionTable
  /// Whether batch normalizations that train are taken for those at inference.
  private let assumesInference: Bool
  /// Tensors that annotations say to be quantized.
  private let quantizedNames: Set<ByteString>
  private let versions: [ByteString: Int64]
  /// Names of the tensors that something reads, those in inner graphs included.
  private let readNames: Set<ByteString>
  private(set) var graph: Graph
  /// The first layer that is a node: before it are inputs and initializers.
  private(set) var firstNode = 0
  var table = ConstantTable()
  /// What may still be computed of constants.
  var budget: ComputingBudget
  var tensors: [ByteString: KnownTensor] = [:]

  /// Bytes of what carried nodes say, in which each function that they call is written out.
  private var carriedBytes = 0

  private static let largestCarriedText = 8 << 20

  /// Integers that are kept as values: those of shapes, axes and indices.
  private static let largestValueCount = 1024

  /// - Throws: `ModelFileError` where names are not defined, or are twice.
  init(
    _ model: ONNXModel, reader: ONNXTensorReader, path: String, assumesInference: Bool = false
  ) throws(ModelFileError) {
    self.assumesInference = assumesInference
    quantizedNames = Set(model.graph.quantizationAnnotations.map(\.tensor))
    self.model = model
    self.reader = reader
    self.path = path
    functions = ONNXFunctionTable(model.functions)
    budget = ComputingBudget(forBytes: model.byteCount)
    versions = Dictionary(model.operatorSets.map { ($0.domain, $0.version) }) { first, _ in first }
    readNames = model.graph.readNames
    graph = Graph(name: model.graph.name, isSequential: false)
    graph.isOperatorGraph = true
    try addInputs()
    firstNode = graph.layers.count
    for node in model.graph.nodes { try add(node) }
    try addOutputs()
  }

  // MARK: - Names

  private func problem(_ rule: ONNXGraphRule, node: ONNXNode? = nil) -> ModelFileError {
    ModelFileError(rule, file: path, place: node.map { "the node \($0.label)" } ?? "the graph")
  }

  private mutating func define(
    _ name: ByteString, _ tensor: KnownTensor, by node: ONNXNode? = nil
  ) throws(ModelFileError) {
    guard tensors.updateValue(tensor, forKey: name) == nil else {
      throw problem(.repeatedName(name), node: node)
    }
  }

  // MARK: - Inputs and outputs

  /// Initializers are constants, but where the caller may give the input of that name another value.
  private mutating func addInputs() throws(ModelFileError) {
    let replaceable = model.irVersion >= 4 ? Set(model.graph.inputs.map(\.name)) : []
    for tensor in model.graph.initializers {
      let constant = table.add(tensor)
      if replaceable.contains(tensor.name) {
        var layer = constantLayer(constant, named: tensor.name, className: "Initializer (replaceable)")
        layer.isReplaceable = true
        let reference = append(layer, inputs: [])
        try define(tensor.name, KnownTensor(reference: reference, shape: tensor.shape.map { $0 }))
      } else {
        try define(tensor.name, known(constant))
      }
    }
    let names = Set(model.graph.initializers.map(\.name))
    for input in model.graph.inputs where !names.contains(input.name) {
      let shape = input.shape.map { $0.map(\.size) }
      let type = input.elementType.map { ByteString("\($0)") } ?? "other"
      let reference = append(
        Layer(
          name: input.name, className: "Input", operation: .input(shape: shape, elementType: type)),
        inputs: [])
      graph.inputs.append(reference)
      try define(input.name, KnownTensor(reference: reference, shape: shape))
    }
  }

  private mutating func addOutputs() throws(ModelFileError) {
    for output in model.graph.outputs {
      guard tensors[output.name] != nil else { throw problem(.undefinedName(output.name)) }
      graph.outputs.append(reference(of: output.name))
      graph.outputNames.append(output.name)
      graph.outputTypes.append(output.elementType)
      graph.outputShapes.append(output.shape.map { $0.map(\.size) })
    }
  }

  // MARK: - Constants

  /// A constant as a tensor, with its elements where they are few integers.
  func known(_ constant: ConstantTable.Constant) -> KnownTensor {
    KnownTensor(
      constant: constant, shape: constant.shape.map { $0 }, integers: integers(of: constant))
  }

  /// The elements of a constant of few integers or truth values; nil for others, or where they cannot be read.
  private func integers(of constant: ConstantTable.Constant) -> [Int64]? {
    let count = constant.shape.elementCount
    guard count <= Self.largestValueCount, constant.elementType.isExact,
      constant.elementType.byteCount != nil,
      let bytes = try? ConstantStore(table, reader: reader).bytes(
        ofWeight: constant.number, elements: 0..<count)
    else { return nil }
    return IntegerArray(shape: constant.shape, bytes: bytes, type: constant.elementType)?.values
  }

  private func constantLayer(
    _ constant: ConstantTable.Constant, named name: ByteString, className: ByteString
  ) -> Layer {
    var layer = Layer(
      name: name, className: className,
      operation: .tensor(TensorOperation(.constant, operands: [.weight(constant.shape)])))
    layer.variables = [constant.variable(.operand(0), named: name)]
    return layer
  }

  /// The call that gives a tensor; a constant gets one where it has none yet.
  private mutating func reference(of name: ByteString) -> TensorReference {
    if let reference = tensors[name]?.reference { return reference }
    guard let constant = tensors[name]?.constant else { preconditionFailure("a tensor that is not defined") }
    var layer = constantLayer(constant, named: name, className: "Initializer")
    layer.isImplicit = true
    let reference = append(layer, inputs: [])
    tensors[name]?.reference = reference
    return reference
  }

  // MARK: - Nodes

  private mutating func append(_ layer: Layer, inputs: [TensorReference]) -> TensorReference {
    var layer = layer
    layer.origin = graph.layers.count
    graph.layers.append(layer)
    graph.calls.append(Call(layer: graph.layers.count - 1, number: 0, inputs: inputs))
    return TensorReference(call: graph.calls.count - 1)
  }

  private mutating func add(_ node: ONNXNode) throws(ModelFileError) {
    for name in node.inputs where !name.isEmpty && tensors[name] == nil {
      throw problem(.undefinedName(name), node: node)
    }
    var layer: Layer
    var inputs: [ByteString]
    var results: [KnownTensor]
    do throws(CarriedReason) {
      (layer, inputs, results) = try read(node)
    } catch {
      (layer, inputs) = try carried(node, error)
      results = []
    }
    if case .batchNormalization(var normalization) = layer.operation, results.first?.constant != nil {
      (normalization.obstacle, normalization.obstacleKind) = ("what it reads is a constant", .constantInput)
      layer.operation = .batchNormalization(normalization)
    }
    layer.isQuantized =
      node.isQuantization || (node.inputs + node.outputs).contains(where: quantizedNames.contains)
    let call = append(layer, inputs: inputs.map { reference(of: $0) }).call
    for (output, name) in node.outputs.enumerated() where !name.isEmpty {
      var tensor = output < results.count ? results[output] : KnownTensor()
      let reference = TensorReference(call: call, output: output)
      tensor.reference = reference
      if let shape = tensor.shape { graph.recordedShapes[reference] = shape }
      try define(name, tensor, by: node)
    }
  }

  /// A layer that is understood, the names of the tensors that it reads, and what is known of its results.
  private mutating func read(_ node: ONNXNode) throws(CarriedReason) -> (
    Layer, inputs: [ByteString], results: [KnownTensor]
  ) {
    guard !functions.has(node.operatorType, in: node.domain) else {
      throw .function(node.operatorType)
    }
    guard node.domain.isEmpty, let read = OperatorTable[node.operatorType] else {
      throw node.hasInnerGraphs
        ? .innerGraphs : .unknownOperator(node.operatorType, domain: node.domain)
    }
    guard let version = versions[node.domain] else { throw .notImported(domain: node.domain) }
    guard OperatorTable.knows(node.operatorType, inVersion: version) else { throw .oldVersion(version) }
    guard version <= OperatorTable.versions.upperBound else { throw .newVersion(version) }
    let operands = node.inputs.map { name in tensors[name]?.operand(named: name) }
    var reading = NodeReading(
      node, version: Int(version), operands: operands, reader: reader, readNames: readNames,
      assumesInference: assumesInference)
    let operation = try operation(of: &reading, by: read)
    if let name = reading.attributes.untaken { throw .unknownAttribute(name) }
    var layer = Layer(name: node.label, className: node.operatorType, operation: operation)
    layer.variables = reading.variables
    if node.isBatchNormalization, case .tensor = operation { layer.hiddenBatchNormalizations = [node.label] }
    let inputs = reading.inputs.compactMap { reading.operand($0) }
    return (layer, inputs.map(\.name), results(of: layer, inputs))
  }

  /// Lets an operator read its node, which has the table of constants meanwhile.
  private mutating func operation(
    of node: inout NodeReading, by read: OperatorTable.Reader
  ) throws(CarriedReason) -> Operation {
    swap(&table, &node.table)
    defer { swap(&table, &node.table) }
    return try read(&node)
  }

  /// A layer that is carried: its constants are weights, and its text says all of the rest.
  private mutating func carried(
    _ node: ONNXNode, _ reason: CarriedReason
  ) throws(ModelFileError) -> (Layer, inputs: [ByteString]) {
    let text = CarriedNode(node, functions: functions, versions: versions)
    carriedBytes += text.memoryBytes
    guard carriedBytes <= Self.largestCarriedText + 2 * model.byteCount else {
      throw problem(.longCalls(limit: Self.largestCarriedText + 2 * model.byteCount), node: node)
    }
    for name in text.capturedNames where tensors[name] == nil {
      throw problem(.undefinedName(name), node: node)
    }
    var layer = Layer(name: node.label, className: node.operatorType, operation: .opaque("\(reason)"))
    layer.configuration = text.bytes
    layer.hiddenBatchNormalizations =
      node.isBatchNormalization ? [node.label] : text.batchNormalizations
    var (inputs, variables): ([ByteString], [Variable]) = ([], [])
    for (number, name) in (node.inputs.filter { !$0.isEmpty } + text.capturedNames).enumerated() {
      if let constant = tensors[name]?.constant {
        variables.append(constant.variable(.operand(number), named: name))
      } else {
        inputs.append(name)
      }
    }
    // What is not read is compared as bytes.
    let unread = text.unreadFields.map { ONNXTensor(bytes: $0) }
    for (number, tensor) in (text.tensors + unread).enumerated() {
      variables.append(table.add(tensor).variable(.other(number), named: tensor.name))
    }
    layer.variables = variables
    return (layer, inputs)
  }
}

extension ONNXDimension {
  /// The size, where it is one.
  fileprivate var size: Int? { if case .number(let size) = self { size } else { nil } }
}

extension ONNXNode {
  /// Whether it rounds to few numbers, or computes with such.
  ///
  /// Source: ONNX operator specification; onnxruntime/docs/ContribOperators.md.
  fileprivate var isQuantization: Bool {
    let word: (ByteString) -> Bool = { operatorType.hasSuffix($0) }
    return ["QuantizeLinear", "DequantizeLinear", "ConvInteger", "MatMulInteger"].contains(where: word)
      || operatorType.hasPrefix("QLinear")
  }

  fileprivate var isBatchNormalization: Bool { domain.isEmpty && operatorType == "BatchNormalization" }

  fileprivate var hasInnerGraphs: Bool { !innerGraphs.isEmpty }
}

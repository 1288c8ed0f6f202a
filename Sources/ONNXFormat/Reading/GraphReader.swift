import Bytes
import Elements
import Files
import Inference
import ModelFormats
import ModelGraph

/// Makes the graph of a model: a layer and a call of each node, constants as weights of the layers that read them.
///
/// The branches of If and functions that are called are models inside the model (`InnerGraph`).
struct GraphReader {
  let model: ONNXModel
  let reader: ONNXTensorReader
  let path: String
  let functions: ONNXFunctionTable
  /// Whether batch normalizations that train are taken for those at inference.
  private let assumesInference: Bool
  /// Tensors that annotations say to be quantized.
  private let quantizedNames: Set<ByteString>
  let versions: [ByteString: Int64]
  /// Names of the tensors that something reads, those in inner graphs included.
  private let readNames: Set<ByteString>
  var graph: Graph
  /// What is around the graph; nil for the outermost one.
  let surroundings: Surroundings?
  /// The nodes as they were read, and the layer that each of them is.
  private(set) var nodeLayers: [Int] = []
  /// Names of tensors around the graph that it reads, in the order of its inputs.
  private(set) var captured: [ByteString] = []
  /// The graphs inside this one, outermost first.
  var scopes: [ONNXScope] = []
  var table = ConstantTable()
  /// What may still be computed of constants.
  var budget: ComputingBudget
  /// What may still be read of graphs inside the graph.
  var innerBudget: InnerGraphBudget
  var tensors: [ByteString: KnownTensor] = [:]

  /// Bytes of what carried nodes say, in which each function that they call is written out.
  var carriedBytes = 0

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
    functions = ONNXFunctionTable(
      model.functions, calledIn: model.graph, depth: Surroundings.largestDepth)
    budget = ComputingBudget(forBytes: model.byteCount)
    innerBudget = InnerGraphBudget(for: model)
    versions = ONNXOperatorSet.versions(of: model.operatorSets)
    readNames = model.graph.readNames
    surroundings = nil
    graph = Graph(name: model.graph.name, isSequential: false)
    graph.isOperatorGraph = true
    try addInputs()
    for node in model.graph.nodes { try add(node) }
    try addOutputs()
  }

  /// A reader of a graph inside another one, which has nothing yet.
  ///
  /// - Parameters:
  ///   - outer: the reader of that one; it lends it its constants, and has none meanwhile.
  ///   - name: of the graph.
  ///   - surroundings: what is around it.
  ///   - versions: of the operators; nil for those of the outer graph.
  ///   - readNames: the names that something in it reads, or that are its outputs.
  ///   - quantizedNames: of its own tensors that annotations say to be quantized.
  init(
    inside outer: inout GraphReader, named name: ByteString, _ surroundings: Surroundings,
    versions: [ByteString: Int64]?, readNames: Set<ByteString>, quantizedNames: Set<ByteString> = []
  ) {
    (model, reader, path, functions) = (outer.model, outer.reader, outer.path, outer.functions)
    assumesInference = outer.assumesInference
    self.quantizedNames = outer.quantizedNames.union(quantizedNames)
    (self.versions, self.readNames) = (versions ?? outer.versions, readNames)
    self.surroundings = surroundings
    (budget, innerBudget) = (outer.budget, outer.innerBudget)
    carriedBytes = outer.carriedBytes
    graph = Graph(name: name, isSequential: false)
    graph.isOperatorGraph = true
    swap(&table, &outer.table)
  }

  /// Gives the constants back to the reader of the graph around this one.
  mutating func end(inside outer: inout GraphReader) {
    (outer.budget, outer.innerBudget, outer.carriedBytes) = (budget, innerBudget, carriedBytes)
    swap(&table, &outer.table)
  }

  // MARK: - Names

  func problem(_ rule: ONNXGraphRule, node: ONNXNode? = nil) -> ModelFileError {
    ModelFileError(rule, file: path, place: node.map { "the node \($0.label)" } ?? "the graph")
  }

  mutating func define(
    _ name: ByteString, _ tensor: KnownTensor, by node: ONNXNode? = nil
  ) throws(ModelFileError) {
    guard tensors.updateValue(tensor, forKey: name) == nil else {
      throw problem(.repeatedName(name), node: node)
    }
  }

  /// A tensor of this graph, or of those around it.
  mutating func tensor(_ name: ByteString) -> KnownTensor? {
    if let known = tensors[name] { return known }
    guard var outer = surroundings?.tensor(name) else { return nil }
    outer.reference = nil
    tensors[name] = outer
    return outer
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

  func constantLayer(
    _ constant: ConstantTable.Constant, named name: ByteString, className: ByteString
  ) -> Layer {
    var layer = Layer(
      name: name, className: className,
      operation: .tensor(TensorOperation(.constant, operands: [.weight(constant.shape)])))
    layer.variables = [constant.variable(.operand(0), named: name)]
    return layer
  }

  /// The call that gives a tensor; a constant, and what is around the graph, gets one where it has none yet.
  mutating func reference(of name: ByteString) -> TensorReference {
    guard let known = tensor(name) else { preconditionFailure("a tensor that is not defined") }
    if let reference = known.reference { return reference }
    let reference: TensorReference
    if let constant = known.constant {
      var layer = constantLayer(constant, named: name, className: "Initializer")
      layer.isImplicit = true
      reference = append(layer, inputs: [])
    } else {
      reference = appendInput(named: name, shape: known.shape)
      captured.append(name)
    }
    tensors[name]?.reference = reference
    return reference
  }

  /// An input of a graph inside another one, which takes values of any type.
  private mutating func appendInput(named name: ByteString, shape: PartialShape?) -> TensorReference {
    var layer = Layer(
      name: name, className: "Input",
      operation: .input(shape: shape, elementType: Operation.anyElementType))
    layer.isImplicit = true
    let reference = append(layer, inputs: [])
    graph.inputs.append(reference)
    return reference
  }

  // MARK: - Nodes

  mutating func append(_ layer: Layer, inputs: [TensorReference]) -> TensorReference {
    var layer = layer
    layer.origin = graph.layers.count
    graph.layers.append(layer)
    graph.calls.append(Call(layer: graph.layers.count - 1, number: 0, inputs: inputs))
    return TensorReference(call: graph.calls.count - 1)
  }

  mutating func add(_ node: ONNXNode) throws(ModelFileError) {
    let node = surroundings?.called(node) ?? node
    for name in node.inputs where !name.isEmpty && tensor(name) == nil {
      throw problem(.undefinedName(name), node: node)
    }
    if let inner = try innerGraphs(of: node) { return try add(node, inner) }
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
    try add(node, layer, inputs: inputs.map { reference(of: $0) }, results)
  }

  /// Adds the layer that a node is, and defines what it gives.
  mutating func add(
    _ node: ONNXNode, _ layer: Layer, inputs: [TensorReference], _ results: [KnownTensor]
  ) throws(ModelFileError) {
    var layer = layer
    layer.isQuantized =
      node.isQuantization || (node.inputs + node.outputs).contains(where: quantizedNames.contains)
    let call = append(layer, inputs: inputs).call
    nodeLayers.append(graph.layers.count - 1)
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
    let operands = node.inputs.map { name in tensor(name)?.operand(named: name) }
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
}

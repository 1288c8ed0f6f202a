import Bytes
import ModelFormats
import ModelGraph

/// A graph inside another one, as a model inside the model.
struct InnerGraph {
  let body: Graph
  /// The names around it of what goes in, in the order of the graph's inputs.
  let inputs: [ByteString]
  /// What is known of what goes out.
  let results: [KnownTensor]
  /// The graph, and those inside it.
  let scopes: [ONNXScope]
}

/// What a node runs that has graphs inside, or calls a function of the model.
enum InnerGraphs {
  /// Always the same.
  case one(InnerGraph)
  /// One of two, for the condition of a name.
  case branches(condition: ByteString, InnerGraph, InnerGraph)
}

/// Source: onnx/docs/IR.md, "Functions" and "Graphs"; ONNX operator specification, If.
extension GraphReader {
  /// The graphs that a node runs; nil for an operator, and where they are carried.
  ///
  /// - Throws: `ModelFileError` for names that are not defined, or are twice.
  mutating func innerGraphs(of node: ONNXNode) throws(ModelFileError) -> InnerGraphs? {
    if let function = functions.function(calledBy: node) {
      return try called(function, by: node).map { .one($0) }
    }
    guard node.domain.isEmpty, node.operatorType == "If", versions[""] != nil, node.inputs.count == 1,
      node.attributes.count == 2, let condition = node.inputs.first, let known = tensor(condition),
      case .graph(let first)? = node[attribute: "then_branch"],
      case .graph(let second)? = node[attribute: "else_branch"]
    else { return nil }
    guard known.constant == nil else {
      guard let values = known.integers, values.count == 1 else { return nil }
      return try branch(values[0] != 0 ? first : second, of: node, isAlwaysTaken: true).map { .one($0) }
    }
    guard let taken = try branch(first, of: node), let other = try branch(second, of: node) else {
      return nil
    }
    return .branches(condition: condition, taken, other)
  }

  /// Adds a node with what it runs.
  mutating func add(_ node: ONNXNode, _ inner: InnerGraphs) throws(ModelFileError) {
    switch inner {
    case .one(let graph):
      let inputs = graph.inputs.map { reference(of: $0) }
      try add(node, layer(graph, named: node.label, node), inputs: inputs, graph.results)
    case .branches(let condition, let first, let second):
      var inputs = [reference(of: condition)]
      for (word, graph) in [("then", first), ("else", second)] as [(ByteString, InnerGraph)] {
        let read = graph.inputs.map { reference(of: $0) }
        let call = append(layer(graph, named: node.label + "/" + word, node), inputs: read).call
        inputs += graph.results.indices.map { TensorReference(call: call, output: $0) }
      }
      let operation = TensorOperation(
        .conditional, operands: inputs.indices.map { .tensor($0) }, outputCount: first.results.count)
      let results = zip(first.results, second.results).map { first, second in
        KnownTensor(shape: first.shape?.inCommon(with: second.shape))
      }
      try add(
        node, Layer(name: node.label, className: node.operatorType, operation: .tensor(operation)),
        inputs: inputs, results)
    }
  }

  /// The layer that a graph is, which is about to be added.
  private mutating func layer(_ inner: InnerGraph, named name: ByteString, _ node: ONNXNode) -> Layer {
    var layer = Layer(name: name, className: node.operatorType, operation: .model)
    layer.body = inner.body
    scopes += inner.scopes.map { $0.inside(layer: graph.layers.count) }
    return layer
  }

  // MARK: - Reading

  private mutating func branch(
    _ graph: ONNXGraph, of node: ONNXNode, isAlwaysTaken: Bool = false
  ) throws(ModelFileError) -> InnerGraph? {
    guard graph.inputs.isEmpty, graph.sparseInitializerNames.isEmpty,
      graph.outputs.count == node.outputs.count, mayEnter(graph.nodes.count)
    else { return nil }
    let around = Surroundings(self)
    var inner = GraphReader(
      inside: &self, named: graph.name, around, versions: nil, readNames: graph.readNames,
      quantizedNames: Set(graph.quantizationAnnotations.map(\.tensor)))
    inner.graph.isConditional = !isAlwaysTaken
    for tensor in graph.initializers {
      let constant = inner.table.add(tensor)
      try inner.define(tensor.name, inner.known(constant))
    }
    return try inner.read(graph.nodes, outputs: graph.outputs.map(\.name), .graph(graph), endingIn: &self)
  }

  private mutating func called(
    _ function: ONNXFunction, by node: ONNXNode
  ) throws(ModelFileError) -> InnerGraph? {
    let key = ONNXFunctionTable.Key(function)
    guard node.inputs.count <= function.inputs.count, node.outputs.count <= function.outputs.count,
      Set(function.inputs).count == function.inputs.count,
      let count = functions.nodeCount(of: key), innerBudget.has(count),
      let attributes = function.attributes(of: node), mayEnter(function.nodes.count)
    else { return nil }
    let given = Dictionary(
      uniqueKeysWithValues: zip(function.inputs, node.inputs).filter { !$1.isEmpty })
    var tensors: [ByteString: KnownTensor] = [:]
    for (parameter, name) in given {
      tensors[parameter] = tensor(name)
      tensors[parameter]?.reference = nil
    }
    let around = Surroundings(
      callingIn: surroundings, without: Set(function.inputs.filter { given[$0] == nil }),
      attributes: attributes)
    var inner = GraphReader(
      inside: &self, named: function.name, around,
      versions: ONNXOperatorSet.versions(of: function.operatorSets), readNames: function.readNames)
    inner.tensors = tensors
    let calls = functions.callCount(of: key)
    if calls > 1 {
      inner.graph.rewritingObstacle = "it is in the function \(function.name), which is called \(calls) times"
    }
    let result = try inner.read(
      function.nodes, outputs: Array(function.outputs.prefix(node.outputs.count)), .function(function),
      endingIn: &self)
    return InnerGraph(
      body: result.body, inputs: result.inputs.compactMap { given[$0] }, results: result.results,
      scopes: [result.scopes[0].given(given)] + result.scopes.dropFirst())
  }

  private mutating func mayEnter(_ count: Int) -> Bool {
    (surroundings?.depth ?? 0) < Surroundings.largestDepth && innerBudget.take(count)
  }

  private mutating func read(
    _ nodes: [ONNXNode], outputs: [ByteString], _ content: ONNXScope.Content,
    endingIn outer: inout GraphReader
  ) throws(ModelFileError) -> InnerGraph {
    for node in nodes { try add(node) }
    var results: [KnownTensor] = []
    for name in outputs {
      guard var known = tensor(name) else { throw problem(.undefinedName(name)) }
      graph.outputs.append(reference(of: name))
      known.reference = nil
      results.append(known)
    }
    end(inside: &outer)
    return InnerGraph(
      body: graph, inputs: captured, results: results, scopes: [ONNXScope(self, content)] + scopes)
  }
}

extension ONNXFunction {
  /// The values of the attributes in a call; nil where it gives one that the function does not have.
  fileprivate func attributes(of node: ONNXNode) -> [ByteString: ONNXAttribute.Value]? {
    var values = Dictionary(attributeDefaults.map { ($0.name, $0.value) }) { first, _ in first }
    let names = Set(attributes).union(values.keys)
    guard node.attributes.allSatisfy({ names.contains($0.name) }) else { return nil }
    for attribute in node.attributes { values[attribute.name] = attribute.value }
    return values
  }

  fileprivate var readNames: Set<ByteString> { nodes.readNames.union(outputs) }
}

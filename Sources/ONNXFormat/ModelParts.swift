import Arrays
import Bytes
import Comparison
import Elements
import LosslessJSON
import ModelFormats
import ModelGraph

extension ONNXSource {
  /// The nodes with their constants, and the ends of the graph with the versions of its operators.
  public var parts: [ModelPart] {
    let ends = ModelPart(
      name: "(model)",
      description: ModelPart.Description(
        className: "Graph", configuration: versions,
        connections: [
          JSONValue(names: graph.inputs.map { graph.layers[graph.calls[$0.call].layer].name }),
          JSONValue(names: graph.outputNames),
        ],
        layers: graph.layers.filter { !$0.isImplicit }.map(\.name)), arrays: [])
    let functions = ONNXFunctionTable(model.functions)
    return [ends]
      + zip(model.graph.nodes, scopes[0].nodeLayers).map { node, layer in
        part(of: node, graph.layers[layer], functions)
      }
  }

  public var otherParts: [ModelPart] { [] }

  private var versions: JSONValue {
    let sets = model.operatorSets.sorted { $0.domain < $1.domain }
    return JSONValue(names: sets.map { $0.domain + ByteString(" \($0.version)") })
  }

  private func part(of node: ONNXNode, _ layer: Layer, _ functions: ONNXFunctionTable) -> ModelPart {
    let text = CarriedNode(node, functions: functions)
    let variables = layer.variables ?? []
    let arrays =
      layer.isRunByGraphs ? constants(of: node, text) : variables.compactMap { array(of: $0) }
    return ModelPart(
      name: layer.name,
      description: ModelPart.Description(
        className: layer.className, configuration: JSONValue(text: text.bytes),
        connections: node.inputs.map { JSONValue(text: $0) }),
      arrays: arrays)
  }

  /// The constants that a node with graphs inside reads, and those in them.
  private func constants(of node: ONNXNode, _ text: CarriedNode) -> [NamedArray] {
    let names = node.inputs + text.capturedNames
    let read = names.compactMap { name in
      scopes[0].constants[name].flatMap { array(of: $0.variable(.other(0), named: name)) }
    }
    return read
      + text.tensors.compactMap { tensor in
        guard tensor.elementType.byteCount != nil, let content = try? reader.content(of: tensor) else {
          return nil
        }
        return NamedArray(
          name: tensor.name, elementType: tensor.elementType, shape: tensor.shape, content: content)
      }
  }

  private func array(of variable: Variable) -> NamedArray? {
    guard case .stored = variable.value, variable.elementType.byteCount != nil,
      let content = try? content(of: variable)
    else { return nil }
    return NamedArray(
      name: variable.name, elementType: variable.elementType, shape: variable.shape, content: content)
  }
}

extension Layer {
  /// Whether it is a graph inside the graph, or chooses between two.
  fileprivate var isRunByGraphs: Bool {
    if case .tensor(let operation) = operation { operation.kind == .conditional } else { body != nil }
  }
}

extension ONNXSource {
  /// The elements of a weight as they are, or will be, in a file.
  ///
  /// - Throws: `ModelFileError` where its file was not opened.
  func content(of variable: Variable) throws(ModelFileError) -> ArrayContent {
    switch variable.value {
    case .stored(let number): return try store.content(ofWeight: number, path: input.model.path)
    case .scaled(let number, let scale):
      return .scaled(
        try store.content(ofWeight: number, path: input.model.path), scale, variable.elementType)
    case .computed(let values): return .values(values, variable.elementType)
    }
  }
}

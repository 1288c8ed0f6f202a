import Bytes

/// How often tensors are read that know each other by their names, and which names are in use.
///
/// They are those of the outermost graph and of the graphs inside it, or those of a function.
struct NameReadings {
  private var counts: [ByteString: Int] = [:]
  /// Names that tensors keep: the caller, other graphs or annotations know them.
  private(set) var fixed: Set<ByteString> = []
  /// All names: no new tensor may have one.
  private(set) var used: Set<ByteString> = []

  /// - Parameter scope: the outermost graph or a function.
  init(of scope: ONNXScope, of model: ONNXModel) {
    switch scope.content {
    case .graph(let graph):
      add(graph)
      // A training step reads and writes initializers by their names.
      if model.hasTrainingInformation { for tensor in graph.initializers { add(tensor.name, isFixed: true) } }
      used.formUnion(graph.allNames)
    case .function(let function):
      for name in function.outputs { add(name, isFixed: true) }
      fixed.formUnion(function.inputs)
      add(function.nodes, definedNames: Set(function.inputs + function.nodes.flatMap(\.outputs)))
      used.formUnion(function.inputs + function.outputs + function.nodes.flatMap(\.allNames))
    }
  }

  private mutating func add(_ graph: ONNXGraph) {
    let constants = graph.inputs.map(\.name) + graph.initializers.map(\.name) + graph.sparseInitializerNames
    for name in graph.outputs.map(\.name) { add(name, isFixed: true) }
    for annotation in graph.quantizationAnnotations {
      for name in [annotation.tensor] + annotation.parameters { add(name, isFixed: true) }
    }
    fixed.formUnion(constants)
    add(graph.nodes, definedNames: Set(constants + graph.nodes.flatMap(\.outputs)))
  }

  /// - Parameter definedNames: of the graph that the nodes are in; what they read besides is known outside.
  private mutating func add(_ nodes: [ONNXNode], definedNames: Set<ByteString>) {
    for node in nodes {
      for name in node.inputs where !name.isEmpty { add(name, isFixed: !definedNames.contains(name)) }
      for inner in node.innerGraphs { add(inner) }
    }
  }

  /// The number of places that read a tensor.
  subscript(name: ByteString) -> Int { counts[name, default: 0] }

  private mutating func add(_ name: ByteString, isFixed: Bool) {
    counts[name, default: 0] += 1
    if isFixed { fixed.insert(name) }
  }

  /// Notes that one of the readings is no more.
  mutating func remove(of name: ByteString) { counts[name, default: 0] -= 1 }

  /// A name that no tensor has, like another one.
  mutating func newName(like wanted: ByteString) -> ByteString {
    var (name, number) = (wanted, 1)
    while !used.insert(name).inserted {
      name = wanted + ByteString("_\(number)")
      number += 1
    }
    return name
  }
}

extension ONNXGraph {
  /// The names of all tensors, those of inner graphs included.
  fileprivate var allNames: Set<ByteString> {
    var names = Set((inputs + outputs + valueInfos).map(\.name))
    names.formUnion(initializers.map(\.name) + sparseInitializerNames)
    for node in nodes { names.formUnion(node.allNames) }
    return names
  }
}

extension ONNXNode {
  /// The names of the tensors that it reads and gives, those of inner graphs included.
  fileprivate var allNames: [ByteString] { inputs + outputs + innerGraphs.flatMap(\.allNames) }
}

import Bytes

/// How often tensors of the outermost graph are read, by their names, and which names are in use.
struct NameReadings {
  private var counts: [ByteString: Int] = [:]
  /// Names that tensors keep: the caller, inner graphs or annotations know them.
  private(set) var fixed: Set<ByteString> = []
  /// All names, those in inner graphs among them: no new tensor may have one.
  private(set) var used: Set<ByteString> = []

  init(of model: ONNXModel) {
    let graph = model.graph
    for name in graph.outputs.map(\.name) { add(name, isFixed: true) }
    for node in graph.nodes {
      for name in node.inputs where !name.isEmpty { add(name, isFixed: false) }
      for inner in node.innerGraphs { addInner(inner) }
    }
    for annotation in graph.quantizationAnnotations {
      for name in [annotation.tensor] + annotation.parameters { add(name, isFixed: true) }
    }
    fixed.formUnion(graph.inputs.map(\.name) + graph.initializers.map(\.name) + graph.sparseInitializerNames)
    // A training step reads and writes initializers by their names.
    if model.hasTrainingInformation { for tensor in graph.initializers { add(tensor.name, isFixed: true) } }
    used.formUnion(graph.allNames)
  }

  /// The number of places that read a tensor.
  subscript(name: ByteString) -> Int { counts[name, default: 0] }

  private mutating func add(_ name: ByteString, isFixed: Bool) {
    counts[name, default: 0] += 1
    if isFixed { fixed.insert(name) }
  }

  private mutating func addInner(_ graph: ONNXGraph) {
    for name in graph.readNames { add(name, isFixed: true) }
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
    for node in nodes {
      names.formUnion(node.inputs + node.outputs)
      for graph in node.innerGraphs { names.formUnion(graph.allNames) }
    }
    return names
  }
}

import Bytes

extension ONNXGraph {
  /// Names that the nodes of the graph and of the graphs in them read, or that are outputs.
  var readNames: Set<ByteString> {
    nodes.readNames.union(outputs.map(\.name)).subtracting([""])
  }
}

extension [ONNXNode] {
  /// Names that they and the graphs in them read.
  var readNames: Set<ByteString> {
    var names: Set<ByteString> = []
    for node in self {
      names.formUnion(node.inputs)
      for graph in node.innerGraphs { names.formUnion(graph.readNames) }
    }
    names.remove("")
    return names
  }
}

extension ONNXNode {
  /// The graphs in its attributes.
  var innerGraphs: [ONNXGraph] {
    attributes.flatMap { attribute -> [ONNXGraph] in
      switch attribute.value {
      case .graph(let graph): [graph]
      case .graphs(let graphs): graphs
      default: []
      }
    }
  }
}

import Bytes

extension ONNXGraph {
  /// Names that the nodes of the graph and of the graphs in them read, or that are outputs.
  var readNames: Set<ByteString> {
    var names = Set(outputs.map(\.name))
    for node in nodes {
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

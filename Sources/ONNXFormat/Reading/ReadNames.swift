import Bytes

extension ONNXGraph {
  /// Names that the nodes of the graph and of the graphs in them read, or that are outputs.
  var readNames: Set<ByteString> {
    var names = Set(outputs.map(\.name))
    for node in nodes {
      names.formUnion(node.inputs)
      for attribute in node.attributes {
        switch attribute.value {
        case .graph(let graph): names.formUnion(graph.readNames)
        case .graphs(let graphs): for graph in graphs { names.formUnion(graph.readNames) }
        default: break
        }
      }
    }
    names.remove("")
    return names
  }
}

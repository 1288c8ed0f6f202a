import Bytes

/// Where the constants of a graph are, by their names.
struct ConstantSources {
  private var tensors: [ByteString: ONNXTensor] = [:]
  /// Of the graph itself.
  private var nodes: [ByteString: Int] = [:]

  init(_ scope: ONNXScope, inside around: [ONNXScope]) {
    // What is further inside comes last.
    for scope in around.reversed() + [scope] {
      if case .graph(let graph) = scope.content {
        for tensor in graph.initializers { tensors[tensor.name] = tensor }
      }
      for node in scope.nodes {
        for name in node.outputs { tensors[name] = nil }
        if node.operatorType == "Constant", node.domain.isEmpty, let name = node.outputs.first,
          case .tensor(let tensor)? = node[attribute: "value"]
        {
          tensors[name] = tensor
        }
      }
    }
    for (index, node) in scope.nodes.enumerated() {
      for name in node.outputs where !name.isEmpty { nodes[name] = index }
    }
  }

  /// The tensor of an initializer or of a Constant.
  func tensor(_ name: ByteString) -> ONNXTensor? { tensors[name] }

  /// The node of the graph that gives it; nil for an initializer, and for what is around the graph.
  func node(_ name: ByteString) -> Int? { nodes[name] }
}

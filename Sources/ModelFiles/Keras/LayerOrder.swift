import ModelGraph

/// The order in which Keras lists the layers of a model, and so the order of its saved weights.
///
/// Keras loads HDF5 weights by position in this order, not by name. Removing a layer can change the order of
/// the others.
/// Source: keras/src/ops/function.py `map_graph` and `_build_map`; tf_keras/src/engine/functional.py.
enum LayerOrder {
  /// Indices of the graph's layers in Keras's order.
  static func order(of graph: Graph) -> [Int] {
    if graph.isSequential { return Array(graph.layers.indices) }
    var traversal = Traversal(graph)
    for output in graph.outputs { traversal.visit(output.call) }

    var callDepth = [Int: Int]()
    var layerDepth = [Int: Int]()
    for call in traversal.finished.reversed() {
      let layer = graph.calls[call].layer
      let depth = max(callDepth[call] ?? 0, layerDepth[layer] ?? 0)
      layerDepth[layer] = depth
      callDepth[call] = depth
      for parent in Traversal.parents(of: graph.calls[call]) {
        callDepth[parent] = max(depth + 1, callDepth[parent] ?? 0)
      }
    }
    for input in graph.inputs {
      let layer = graph.calls[input.call].layer
      if layerDepth[layer] == nil {
        layerDepth[layer] = 0
        traversal.visitIndex[layer] = -1
      }
    }
    return layerDepth.keys.sorted { left, right in
      let (leftDepth, rightDepth) = (layerDepth[left] ?? 0, layerDepth[right] ?? 0)
      if leftDepth != rightDepth { return leftDepth > rightDepth }
      let (leftVisit, rightVisit) = (traversal.visitIndex[left] ?? 0, traversal.visitIndex[right] ?? 0)
      return (leftVisit, left) < (rightVisit, right)
    }
  }

  /// A depth-first walk from the outputs against the edges.
  private struct Traversal {
    let graph: Graph
    /// Calls in the order in which the walk leaves them.
    var finished: [Int] = []
    /// When each layer was first reached.
    var visitIndex: [Int: Int] = [:]
    private var entered: Set<Int> = []

    init(_ graph: Graph) { self.graph = graph }

    static func parents(of call: Call) -> [Int] { (call.inputs + call.controls).map(\.call) }

    /// Iterative, since a graph may be deeper than the stack.
    mutating func visit(_ start: Int) {
      guard enter(start) else { return }
      var stack = [(call: start, next: 0)]
      while let (call, next) = stack.last {
        let parents = Self.parents(of: graph.calls[call])
        if next < parents.count {
          stack[stack.count - 1].next += 1
          if enter(parents[next]) { stack.append((parents[next], 0)) }
        } else {
          finished.append(call)
          stack.removeLast()
        }
      }
    }

    private mutating func enter(_ call: Int) -> Bool {
      guard entered.insert(call).inserted else { return false }
      let layer = graph.calls[call].layer
      if visitIndex[layer] == nil { visitIndex[layer] = visitIndex.count }
      return true
    }
  }
}

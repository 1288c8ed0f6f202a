import ModelGraph

/// The order in which Keras lists the layers of a model, and so the order of its saved weights.
///
/// Keras loads HDF5 weights by position in this order, not by name. Removing a layer can change the order of
/// the others.
enum LayerOrder {
  /// Indices of the graph's layers in Keras's order.
  static func order(of graph: Graph) -> [Int] {
    if graph.isSequential { return Array(graph.layers.indices) }
    var depths = KerasDepths(of: graph)
    for input in graph.inputs {
      let layer = graph.calls[input.call].layer
      if depths.ofLayer[layer] == nil {
        depths.ofLayer[layer] = 0
        depths.visitIndex[layer] = -1
      }
    }
    return depths.ofLayer.keys.sorted { left, right in
      let (leftDepth, rightDepth) = (depths.ofLayer[left] ?? 0, depths.ofLayer[right] ?? 0)
      if leftDepth != rightDepth { return leftDepth > rightDepth }
      let (leftVisit, rightVisit) = (depths.visitIndex[left] ?? 0, depths.visitIndex[right] ?? 0)
      return (leftVisit, left) < (rightVisit, right)
    }
  }
}

import ModelGraph

extension Graph {
  /// The same graph with its calls in the order in which Keras runs them, inner models included.
  ///
  /// What a model computes does not depend on it; which of a shared layer's calls moves its moving statistics first does.
  /// Source: keras/src/ops/function.py `Function._run_through_graph`; tf_keras/src/engine/functional.py
  /// `_run_internal_graph`.
  public var inRunOrder: Graph {
    var graph = self
    for index in layers.indices {
      if let body = layers[index].core.body { graph.layers[index].core.body = body.inRunOrder }
    }
    guard !isSequential else { return graph }
    let used = KerasDepths(of: self).callOrder
    let isUsed = Set(used)
    return graph.withCalls(inOrder: used + calls.indices.filter { !isUsed.contains($0) })
  }
}

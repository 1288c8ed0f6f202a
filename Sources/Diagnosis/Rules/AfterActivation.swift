import ModelGraph

/// A batch normalization after the activation of a linear layer: there it cannot be folded into that layer.
struct AfterActivation: DiagnosisRule {
  func symptoms(in model: ExaminedModel) -> [Symptom] {
    model.normalizations.compactMap { normalization in
      let graph = model.graph(of: normalization)
      guard normalization.calls.count == 1, let producer = graph.producer(of: normalization.calls[0]),
        graph.endsInActivation(producer)
      else { return nil }
      return Symptom(
        .afterActivation, normalization.path,
        other: graph.path(ofLayer: graph.graph.calls[producer].layer))
    }
  }
}

extension ExaminedGraph {
  /// Whether a call is of a linear layer with an activation, or of an activation after one.
  fileprivate func endsInActivation(_ call: Int) -> Bool {
    let operation = layer(ofCall: call).core.operation
    if let own = operation.ownActivation { return own != .linear }
    switch operation {
    case .activation(.linear): return false
    case .activation, .parametricReLU:
      return producer(of: call).map { layer(ofCall: $0).core.operation.multiplies } ?? false
    default: return false
    }
  }
}

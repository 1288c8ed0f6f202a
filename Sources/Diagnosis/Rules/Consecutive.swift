/// A batch normalization of what another one gives: the first does nothing that the second does not do as well.
struct Consecutive: DiagnosisRule {
  func symptoms(in model: ExaminedModel) -> [Symptom] {
    model.normalizations.compactMap { normalization in
      let graph = model.graph(of: normalization)
      let before = normalization.calls.compactMap(graph.producer).first {
        if case .batchNormalization = graph.layer(ofCall: $0).core.operation { true } else { false }
      }
      return before.map {
        Symptom(
          .consecutive, normalization.path, other: graph.path(ofLayer: graph.graph.calls[$0].layer))
      }
    }
  }
}

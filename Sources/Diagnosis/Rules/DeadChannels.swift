/// Channels that the layer before gives as a constant, as its kernel has only zeros for them.
struct DeadChannels: DiagnosisRule {
  func symptoms(in model: ExaminedModel) -> [Symptom] {
    model.normalizations.compactMap { normalization in
      let dead = normalization.constantInputs.filter { normalization.gamma[$0] != 0 }.sorted()
      let producer = model.graph(of: normalization)
      let other = normalization.calls.first.flatMap(producer.producer)
      guard let first = dead.first else { return nil }
      return Symptom(
        .deadChannels, normalization.path, count: dead.count, of: normalization.channels, channel: first,
        other: other.map { producer.path(ofLayer: producer.graph.calls[$0].layer) })
    }
  }
}

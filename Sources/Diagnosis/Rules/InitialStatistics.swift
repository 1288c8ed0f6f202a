/// Statistics that are those of a new layer: mean 0 and variance 1 in every channel.
///
/// With a gamma or a beta that training has moved, training went on without them: momentum 1, or a layer that was frozen from
/// the start. Without, nothing of the layer was ever trained, or a tool that took it out has left it as the identity.
struct InitialStatistics: DiagnosisRule {
  func symptoms(in model: ExaminedModel) -> [Symptom] {
    model.normalizations.compactMap { normalization in
      guard let statistics = normalization.statistics, statistics.mean.allSatisfy({ $0 == 0 }),
        statistics.variance.allSatisfy({ $0 == 1 })
      else { return nil }
      let isTrained =
        normalization.gamma.contains { $0 != 1 } || normalization.beta.contains { $0 != 0 }
      return Symptom(
        isTrained ? .frozenStatistics : .untrained, normalization.path, count: normalization.channels,
        of: normalization.channels, value: normalization.operation.momentum)
    }
  }
}

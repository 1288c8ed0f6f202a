/// Calls that normalize by the batch at inference, too: the result of one sample depends on those beside it.
struct TrainingMode: DiagnosisRule {
  func symptoms(in model: ExaminedModel) -> [Symptom] {
    model.normalizations.compactMap { normalization in
      let calls = model.graph(of: normalization).graph.calls
      let training = normalization.calls.count { calls[$0].training == true }
      guard training > 0 else { return nil }
      return Symptom(.trainingMode, normalization.path, count: training, of: normalization.calls.count)
    }
  }
}

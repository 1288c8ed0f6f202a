/// Statistics that are of no values: a negative variance, NaN, infinity, or a variance and an epsilon that are both 0.
struct ImpossibleStatistics: DiagnosisRule {
  func symptoms(in model: ExaminedModel) -> [Symptom] {
    model.normalizations.flatMap { normalization -> [Symptom] in
      guard let statistics = normalization.statistics else { return [] }
      let negative = normalization.channels { $1 < 0 }
      let broken = normalization.channels { channel, variance in
        let numbers = [statistics.mean[channel], normalization.beta[channel]]
        // A root of a negative number is told as what it comes from.
        return !numbers.allSatisfy(\.isFinite) || !variance.isFinite
          || !normalization.gamma[channel].isFinite
          || variance >= 0 && !normalization.scale(channel).isFinite
      }
      return [
        Symptom(
          .negativeVariance, normalization, negative, value: negative.map { statistics.variance[$0] }.min()),
        Symptom(.nonFiniteStatistics, normalization, broken),
      ].compactMap(\.self)
    }
  }
}

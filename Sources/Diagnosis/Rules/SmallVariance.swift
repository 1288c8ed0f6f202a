/// Variances of 0, or below epsilon: the scale is then made by epsilon and not by the data.
///
/// At variance = epsilon half of what is under the root is epsilon's: the result has 0.71 of the deviation that it would have
/// without. Channels that are constant whatever the statistics are told elsewhere.
struct SmallVariance: DiagnosisRule {
  func symptoms(in model: ExaminedModel) -> [Symptom] {
    model.normalizations.flatMap { normalization -> [Symptom] in
      let variance = normalization.statistics?.variance ?? []
      let zero = normalization.channels {
        $1 == 0 && normalization.epsilon > 0 && !normalization.isConstant($0)
      }
      let tiny = normalization.channels {
        $1 > 0 && $1 < normalization.epsilon && !normalization.isConstant($0)
      }
      let largest = zero.map { abs(normalization.scale($0)) }.max()
      return [
        Symptom(.zeroVariance, normalization, zero, value: largest, reference: normalization.epsilon),
        Symptom(
          .tinyVariance, normalization, tiny, value: tiny.map { variance[$0] }.min(),
          reference: normalization.epsilon),
      ].compactMap(\.self)
    }
  }
}

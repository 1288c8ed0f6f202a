/// Scales that amplify whatever error is in the input.
///
/// Float16 has 11 bits: a scale of a thousand makes its rounding error of an input of 1, 2^-11, one of 0.5 in the output.
struct LargeScale: DiagnosisRule {
  static let largest = 1000.0

  func symptoms(in model: ExaminedModel) -> [Symptom] {
    model.normalizations.compactMap { normalization in
      let large = normalization.channels { channel, _ in
        let scale = abs(normalization.scale(channel))
        return scale.isFinite && scale > Self.largest && !normalization.isConstant(channel)
      }
      return Symptom(
        .largeScale, normalization, large, value: large.map { abs(normalization.scale($0)) }.max(),
        reference: Self.largest)
    }
  }
}

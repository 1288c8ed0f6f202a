/// Gammas of 0, whose channels are constant, and gammas next to 0, whose channels hardly matter.
///
/// Source: Liu et al., "Learning Efficient Convolutional Networks through Network Slimming", 2017, which prunes by gamma.
struct SmallGamma: DiagnosisRule {
  /// A channel below this part of the layer's median has less than a thousandth of the deviation of the others.
  static let least = 1e-3

  func symptoms(in model: ExaminedModel) -> [Symptom] {
    model.normalizations.flatMap { normalization -> [Symptom] in
      let sizes = normalization.gamma.map { abs($0) }
      let others = sizes.filter { $0 > 0 && $0.isFinite }.sorted()
      let median = others.isEmpty ? 0 : others[others.count / 2]
      let tiny = sizes.indices.filter { sizes[$0] > 0 && sizes[$0] < Self.least * median }
      return [
        Symptom(.zeroGamma, normalization, sizes.indices.filter { sizes[$0] == 0 }),
        Symptom(
          .tinyGamma, normalization, tiny, value: tiny.map { sizes[$0] }.min(), reference: median),
      ].compactMap(\.self)
    }
  }
}

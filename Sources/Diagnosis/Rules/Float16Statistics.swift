import Elements

/// Numbers that float16 does not hold: too large, or so small that the scale becomes another one.
///
/// Its largest number is 65504; below 6.1e-5 it has fewer bits, below 3e-8 it has 0.
struct Float16Statistics: DiagnosisRule {
  /// How much the scale may change: twenty times what rounding a number of ordinary size does.
  static let largestError = 0.01

  func symptoms(in model: ExaminedModel) -> [Symptom] {
    model.normalizations.flatMap { normalization -> [Symptom] in
      guard let statistics = normalization.statistics else { return [] }
      func largest(_ channel: Int) -> Double {
        [
          statistics.mean[channel], statistics.variance[channel], normalization.gamma[channel],
          normalization.beta[channel],
        ].map { abs($0) }.max() ?? 0
      }
      let overflowing = normalization.channels { channel, _ in
        largest(channel).isFinite && ElementType.float16.rounded(largest(channel)).isInfinite
      }
      let inexact = normalization.channels { channel, variance in
        variance >= 0 && variance.isFinite && !normalization.isConstant(channel)
          && !ElementType.float16.rounded(variance).isInfinite
          && Self.error(variance, normalization.epsilon) > Self.largestError
      }
      return [
        Symptom(
          .float16Overflow, normalization, overflowing, value: overflowing.map(largest).max(),
          reference: ElementType.float16.greatestFiniteMagnitude),
        Symptom(
          .float16Precision, normalization, inexact,
          value: inexact.map { Self.error(statistics.variance[$0], normalization.epsilon) }.max(),
          reference: Self.largestError),
      ].compactMap(\.self)
    }
  }

  /// By what part of itself 1 / sqrt(variance + epsilon) changes when both are rounded; infinite for a division by 0.
  private static func error(_ variance: Double, _ epsilon: Double) -> Double {
    guard variance + epsilon > 0 else { return 0 }
    let rounded = ElementType.float16.rounded(variance) + ElementType.float16.rounded(epsilon)
    return abs(((variance + epsilon) / rounded).squareRoot() - 1)
  }
}

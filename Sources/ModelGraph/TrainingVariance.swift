/// Which variance of a batch goes into a layer's moving variance when its framework trains it.
public enum TrainingVariance: Sendable, Hashable {
  /// Always the one that divides by the number of values, m.
  case biased
  /// Always the one that divides by m - 1.
  case unbiased
  /// The unbiased one where a fused operation does the work, the biased one elsewhere.
  ///
  /// Source: tf_keras/src/layers/normalization/batch_normalization.py `_raise_if_fused_cannot_be_used`, `build` and
  /// `_fused_batch_norm`, whose operation gives the variance with Bessel's correction.
  case unbiasedWhereFused
}

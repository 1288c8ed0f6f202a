import ModelGraph

/// Which variance of a batch goes into a layer's moving variance when its framework trains it.
public enum FrameworkVariance: Sendable, Hashable {
  /// Keras 3: always the biased one.
  case keras3
  /// Keras 2 in TensorFlow: the unbiased one where its fused operation does the work, the biased one elsewhere.
  ///
  /// Source: tf_keras/src/layers/normalization/batch_normalization.py `_raise_if_fused_cannot_be_used`, `build` and
  /// `_fused_batch_norm`, whose operation gives the variance with Bessel's correction.
  case keras2
  /// PyTorch: always the unbiased one.
  case pytorch

  /// The variance for one layer.
  ///
  /// - Parameters:
  ///   - layer: with its precision.
  ///   - normalization: what the layer does.
  ///   - rank: of its input.
  func variance(
    of layer: Layer, _ normalization: BatchNormalization, rank: Int
  ) -> BatchVariance {
    switch self {
    case .keras3: return .biased
    case .pytorch: return .unbiased
    case .keras2:
      // The class comes as "SyncBatchNormalization" or "Package>SyncBatchNormalization".
      let isSynchronized =
        normalization.isSynchronized || layer.className.hasSuffix("SyncBatchNormalization")
      guard !isSynchronized, layer.precision != "float64", let axis = normalization.axis(rank: rank) else {
        return .biased
      }
      return [4, 5].contains(rank) && (axis == 1 || axis == rank - 1) ? .fused : .biased
    }
  }
}

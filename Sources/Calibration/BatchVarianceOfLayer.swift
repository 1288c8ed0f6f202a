import ModelGraph

extension TrainingVariance {
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
    case .biased: return .biased
    case .unbiased: return .unbiased
    case .unbiasedWhereFused:
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

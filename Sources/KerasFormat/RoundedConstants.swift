import ModelGraph

extension Operation {
  /// Rounds numbers of a layer's attributes as Keras does, which makes tensors of them in float32 before it casts them to float64.
  ///
  /// In layers of float32 it is that rounding which their arithmetic has anyway.
  /// Source: keras/src/layers/preprocessing/rescaling.py and normalization.py, `call` and `finalize_state`.
  mutating func roundConstants(asIn generation: KerasGeneration) {
    func rounded(_ values: [Double]) -> [Double] { values.map { Double(Float($0)) } }
    switch self {
    case .rescaling(let scale, let offset):
      self = .rescaling(scale: rounded(scale), offset: rounded(offset))
    case .dataNormalization(var normalization):
      guard generation == .keras3, let statistics = normalization.statistics else { return }
      normalization.statistics = .init(
        mean: rounded(statistics.mean), variance: rounded(statistics.variance))
      self = .dataNormalization(normalization)
    default: break
    }
  }
}

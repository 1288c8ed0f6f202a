import ModelGraph

extension Model {
  /// The range of inputs that the first layers are made for; nil where they do not say.
  ///
  /// A Rescaling is taken to give numbers from 0 or -1 to 1, a Normalization numbers within two standard deviations.
  var inputRange: ClosedRange<Double>? {
    for call in graph.calls {
      let layer = graph.layers[call.layer]
      guard call.inputs.count == 1, graph.inputs.contains(call.inputs[0]) else { continue }
      switch layer.operation {
      case .rescaling(let scale, let offset): return range(ofRescaling: scale, offset)
      case .dataNormalization(let normalization):
        guard let (mean, variance) = numbers(of: normalization, layer) else { continue }
        return range(ofMean: mean, variance)
      default: continue
      }
    }
    return nil
  }

  private func range(ofRescaling scale: [Double], _ offset: [Double]) -> ClosedRange<Double>? {
    var ends: [Double] = []
    for (index, factor) in scale.enumerated() {
      let shift = offset[min(index, offset.count - 1)]
      let least: Double = shift == 0 ? 0 : -1
      ends += [(least - shift) / factor, (1 - shift) / factor]
    }
    return range(ends)
  }

  private func range(ofMean mean: [Double], _ variance: [Double]) -> ClosedRange<Double>? {
    var ends: [Double] = []
    for (middle, square) in zip(mean, variance) {
      let width = 2 * square.squareRoot()
      ends += [middle - width, middle + width]
    }
    return range(ends)
  }

  private func range(_ ends: [Double]) -> ClosedRange<Double>? {
    guard let low = ends.min(), let high = ends.max(), low.isFinite, high.isFinite, low < high else {
      return nil
    }
    return low...high
  }

  private func numbers(of normalization: DataNormalization, _ layer: Layer) -> ([Double], [Double])? {
    if let statistics = normalization.statistics { return (statistics.mean, statistics.variance) }
    guard let mean: [Double] = try? layer.variable(.mean)?.elements(from: weights),
      let variance: [Double] = try? layer.variable(.variance)?.elements(from: weights)
    else { return nil }
    return (mean, variance)
  }
}

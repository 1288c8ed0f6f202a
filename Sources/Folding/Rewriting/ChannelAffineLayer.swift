import ModelGraph
import Tensor

/// A layer that multiplies each channel with a number and adds another: Rescaling, Normalization, LayerScale.
struct ChannelAffineLayer {
  private let layer: Layer
  private let store: any WeightStore

  /// - Returns: nil for any other layer.
  init?(_ layer: Layer, store: any WeightStore) {
    switch layer.operation {
    case .rescaling, .channelScaling, .dataNormalization: break
    default: return nil
    }
    self.layer = layer
    self.store = store
  }

  /// - Parameters:
  ///   - axis: along which another map runs.
  ///   - channels: how many there are on that axis.
  /// - Returns: factor and addend for each of them.
  /// - Throws: `Refusal` where the layer's own numbers run along another axis, or are not known.
  func values(axis: Int, channels: Int) throws(Refusal) -> (factor: [Double], addend: [Double]) {
    switch layer.operation {
    case .rescaling(let scale, let offset):
      return (try spread(scale, channels), try spread(offset, channels))
    case .channelScaling:
      let gamma = try weight(.gamma)
      return (try spread(gamma, channels), [Double](repeating: 0, count: channels))
    case .dataNormalization(let normalization): return try values(of: normalization, axis, channels)
    default: throw Refusal(.opaqueLayer, "\(layer.name) has no factors")
    }
  }

  /// Source: keras/src/layers/preprocessing/normalization.py `call`.
  private func values(
    of normalization: DataNormalization, _ axis: Int, _ channels: Int
  ) throws(Refusal) -> (factor: [Double], addend: [Double]) {
    let mean: [Double]
    let variance: [Double]
    if let statistics = normalization.statistics {
      (mean, variance) = (statistics.mean, statistics.variance)
    } else {
      (mean, variance) = (try weight(.mean), try weight(.variance))
    }
    // With more than one number they run along the layer's own axis.
    guard mean.count == 1 || normalization.axes == [-1] || normalization.axes == [axis] else {
      throw Refusal(.axisMismatch, "\(layer.name) normalizes other axes")
    }
    let factor = try spread(variance, channels).map { 1 / max($0.squareRoot(), 1e-7) }
    let means = try spread(mean, channels)
    return (factor, factor.indices.map { -means[$0] * factor[$0] })
  }

  private func weight(_ role: Role) throws(Refusal) -> [Double] {
    guard let variable = layer.variable(role), variable.elementType.isFloatingPoint,
      let values: [Double] = try? variable.elements(from: store)
    else { throw Refusal(.opaqueLayer, "\(layer.name) has no weight \(role) that can be read") }
    return values
  }

  private func spread(_ values: [Double], _ channels: Int) throws(Refusal) -> [Double] {
    if values.count == 1 { return [Double](repeating: values[0], count: channels) }
    guard values.count == channels else {
      throw Refusal(.axisMismatch, "\(layer.name) has \(values.count) numbers for \(channels) channels")
    }
    return values
  }
}

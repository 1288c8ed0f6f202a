import Elements
import ModelGraph

/// A layer that multiplies each channel with a number and adds another: Rescaling, Normalization, LayerScale, and operators with
/// a constant.
struct ChannelAffineLayer {
  private let layer: Layer
  private let store: any WeightStore
  /// The shape of what it reads.
  private let input: PartialShape?
  /// What several operators do together, of which the layer is the last one, and the axis.
  private var joined: (affine: ChannelAffine, axis: Int)?

  init(_ layer: Layer, _ affine: ChannelAffine, axis: Int, store: any WeightStore) {
    (self.layer, self.store, input) = (layer, store, nil)
    joined = (affine, axis)
  }

  /// - Returns: nil for any other layer.
  init?(_ layer: Layer, input: PartialShape?, store: any WeightStore) {
    switch layer.operation {
    case .rescaling, .channelScaling, .dataNormalization: break
    default: guard ConstantCombination(layer.operation) != nil else { return nil }
    }
    self.layer = layer
    self.input = input
    self.store = store
  }

  /// - Parameters:
  ///   - map: another map of the tensor that the layer reads or gives.
  ///   - rank: of that tensor.
  /// - Returns: factor and addend for each of the map's channels.
  /// - Throws: `Refusal` where the layer's own numbers run along another axis, or are not known.
  func values(for map: TensorMap, rank: Int) throws(Refusal) -> (factor: [Double], addend: [Double]) {
    if let (affine, axis) = joined {
      return (
        try spread(affine.scale, over: map, axis: axis), try spread(affine.shift, over: map, axis: axis)
      )
    }
    switch layer.operation {
    case .rescaling(let scale, let offset):
      return (try spread(scale, over: map, axis: rank - 1), try spread(offset, over: map, axis: rank - 1))
    case .channelScaling:
      let gamma = try weight(.gamma)
      return (try spread(gamma, over: map, axis: rank - 1), [Double](repeating: 0, count: map.channels))
    case .dataNormalization(let normalization): return try values(of: normalization, map, rank)
    default: return try values(of: ConstantCombination(layer.operation), map, rank)
    }
  }

  private func values(
    of combination: ConstantCombination?, _ map: TensorMap, _ rank: Int
  ) throws(Refusal) -> (factor: [Double], addend: [Double]) {
    guard let combination else { throw Refusal(.opaqueLayer, "\(layer.name) has no factors") }
    guard let axis = combination.axis(input: input)?.index(rank: rank) else {
      throw Refusal(.axisMismatch, "\(layer.name) has numbers along several axes, or enlarges what it reads")
    }
    let numbers = combination.kind == nil ? [] : try weight(.operand(combination.position))
    let (scale, shift) = combination.scaleAndShift(numbers)
    return (try spread(scale, over: map, axis: axis), try spread(shift, over: map, axis: axis))
  }

  /// Source: keras/src/layers/preprocessing/normalization.py `call`.
  private func values(
    of normalization: DataNormalization, _ map: TensorMap, _ rank: Int
  ) throws(Refusal) -> (factor: [Double], addend: [Double]) {
    let mean: [Double]
    let variance: [Double]
    if let statistics = normalization.statistics {
      (mean, variance) = (statistics.mean, statistics.variance)
    } else {
      (mean, variance) = (try weight(.mean), try weight(.variance))
    }
    // With more than one number they run along the layer's own axis.
    let axes = normalization.axes.map { normalizedAxis($0, rank: rank) }
    guard mean.count == 1 || axes.count == 1 else {
      throw Refusal(.axisMismatch, "\(layer.name) normalizes several axes")
    }
    let axis = axes.first.flatMap { $0 } ?? rank - 1
    let factor = try spread(variance, over: map, axis: axis).map { 1 / max($0.squareRoot(), 1e-7) }
    let means = try spread(mean, over: map, axis: axis)
    return (factor, factor.indices.map { -means[$0] * factor[$0] })
  }

  private func weight(_ role: Role) throws(Refusal) -> [Double] {
    guard let variable = layer.variable(role), variable.elementType.isFloatingPoint,
      let values: [Double] = try? variable.elements(from: store)
    else { throw Refusal(.opaqueLayer, "\(layer.name) has no weight \(role) that can be read") }
    return values
  }

  /// One number for each channel of the map; a single number is that of all.
  private func spread(_ values: [Double], over map: TensorMap, axis: Int) throws(Refusal) -> [Double] {
    if values.count == 1 { return [Double](repeating: values[0], count: map.channels) }
    guard map.axis == axis, values.count == map.channels else {
      throw Refusal(
        .axisMismatch, "\(layer.name) has \(values.count) numbers along another axis than its (\(map.axis))")
    }
    return values
  }
}

extension RewritableModel {
  /// What a layer that is passed multiplies with and adds, if it does that.
  func channelAffine(_ layer: Layer, _ place: TensorGraph.Node) throws -> ChannelAffineLayer? {
    if let chain = chains[place.address] {
      return ChannelAffineLayer(layer, try chain.affine(from: store), axis: chain.axis, store: store)
    }
    return ChannelAffineLayer(
      layer, input: place.inputs.first.flatMap { graph.tensors[$0].shape }, store: store)
  }
}

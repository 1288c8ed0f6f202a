import Bytes
import Elements
import ModelGraph

/// Where a map of a tensor ends: layers with weights, which take it in.
extension RewritableModel {
  /// Why a layer whose weights are tensors cannot take a map; nil where there is nothing to say of them.
  func weightRefusal(of place: TensorGraph.Node) -> Refusal? {
    Refusal.weights(
      of: layer(place.address),
      from: place.inputs.map { layer(graph.nodes[graph.tensors[$0].producer].address) })
  }

  /// The layer with a map of its output in its weights, and the rules for it.
  ///
  /// - Throws: `Refusal` where it cannot take it, or what the store throws.
  func root(
    _ layer: Layer, _ place: TensorGraph.Node, _ map: TensorMap
  ) throws -> (layer: Layer, rules: [String]) {
    guard let rule = ProducerRules.rule(for: layer.core.operation) else {
      throw obstacle(layer, place, .output)
    }
    let name = rule.name(for: layer.core.operation)
    try rules.require(name)
    let activation = try homogeneousActivation(of: layer.core, map: map, path: place.path)
    var linear = layer
    if activation != nil { linear.core = layer.core.with(activation: .linear) }
    let zeros = [Double](repeating: 0, count: map.channels)
    var result = try root(
      linear, by: rule, place, ChannelAffine(scale: map.scale, mean: zeros, beta: map.shift),
      axis: .fromFront(map.axis))
    guard let activation else { return (result, [name]) }
    result.core = result.core.with(activation: activation)
    return (result, [ThroughRectification.name, name])
  }

  /// The layer with a batch normalization of its output in its weights.
  ///
  /// - Parameters:
  ///   - rule: the one for the layer.
  ///   - axis: of the channels in the output.
  /// - Throws: `Refusal` where it cannot take it, or what the store throws.
  func root(
    _ layer: Layer, by rule: any FoldingRule.Type, _ place: TensorGraph.Node, _ map: ChannelAffine,
    axis: ChannelAxis
  ) throws -> Layer {
    let shape = graph.tensors[place.outputs[0]].shape
    let isWrapped = !layer.wrapped.isEmpty
    guard let inner = isWrapped ? axis.withoutTimeAxis(rank: shape?.count) : axis else {
      throw Refusal(.axisMismatch, "its axis is the time axis of \(layer.name)")
    }
    var result = layer
    result.core = try rule.fold(
      FoldRequest(
        layer: layer.core, map: map, axis: inner, outputShape: isWrapped ? shape?.withoutTimeAxis : shape,
        takenNames: takenNames(place.address)), store: store)
    return result
  }

  /// The activation at the end of a layer that a scale passes; nil for a linear one.
  ///
  /// - Throws: `Refusal` where the map does not pass it.
  private func homogeneousActivation(
    of layer: Layer, map: TensorMap, path: ByteString
  ) throws(Refusal) -> Activation? {
    guard let activation = layer.operation.ownActivation, activation != .linear else { return nil }
    try rules.require(ThroughRectification.name)
    guard activation.isHomogeneous else {
      throw Refusal(.activation, "\(path) ends with the activation \(activation)")
    }
    try map.requireNoShift(at: path, because: "ends with an activation, and would see", code: .activation)
    try map.requireNoNegativeScale(at: path, code: .activation)
    return activation
  }

  /// The layer with a map of its input in its weights, and the rules for it.
  ///
  /// - Throws: `Refusal` where it cannot take it, or what the store throws.
  func leaf(
    _ layer: Layer, _ place: TensorGraph.Node, _ map: TensorMap
  ) throws -> (layer: Layer, rules: [String]) {
    guard let rule = ConsumerRules.rule(for: layer.core.operation),
      let rank = graph.tensors[place.inputs[0]].shape?.count
    else { throw obstacle(layer, place, .input(0)) }
    let name = rule.name(for: layer.core.operation)
    try rules.require(name)
    var result = layer
    result.core = try rule.fold(
      ConsumerRequest(
        layer: layer.core, path: place.path, map: try withoutTime(map, layer),
        rank: layer.wrapped.isEmpty ? rank : rank - 1, takenNames: takenNames(place.address)), store: store)
    return (result, [name])
  }

  /// The map as the layer inside a wrapper sees it.
  private func withoutTime(_ map: TensorMap, _ layer: Layer) throws(Refusal) -> TensorMap {
    guard !layer.wrapped.isEmpty else { return map }
    guard map.axis > 1 else {
      throw Refusal(.axisMismatch, "its axis is the time axis of \(layer.name)")
    }
    return map.on(axis: map.axis - 1)
  }

  /// Which term of a sum, or factor of a product, can take in a map best: the one that is nearest to weights.
  func shiftedInput(of place: TensorGraph.Node) -> Int {
    let distances = place.inputs.map { distanceToWeights($0, limit: 16) ?? .max }
    let least = distances.min() ?? 0
    return distances.lastIndex(of: least) ?? 0
  }

  private func distanceToWeights(_ tensor: Int, limit: Int) -> Int? {
    guard limit > 0, graph.tensors[tensor].obstacle == nil else { return nil }
    let node = graph.nodes[graph.tensors[tensor].producer]
    let layer = layer(node.address).canonical
    if ProducerRules.rule(for: layer.core.operation) != nil { return 0 }
    switch layer.operation {
    case .merge(.concatenate):
      // Every part has to take its share.
      let distances = node.inputs.map { distanceToWeights($0, limit: limit - 1) }
      return distances.contains(nil) ? nil : distances.compactMap { $0 }.max().map { $0 + 1 }
    case .merge(.add), .merge(.average), .merge(.addScaled):
      return node.inputs.compactMap { distanceToWeights($0, limit: limit / 2) }.min().map { $0 + 1 }
    default:
      guard let passage = Passages.passage(for: layer.operation), node.inputs.count == 1,
        passage != ThroughRectification.self, passage != ThroughZeroPadding.self
      else { return nil }
      return distanceToWeights(node.inputs[0], limit: limit - 1).map { $0 + 1 }
    }
  }
}

import Bytes
import ModelGraph

/// The rewrite that changes one layer only: the one before a batch normalization.
///
/// In between there are layers at most that do nothing at inference, and nothing else reads what the layer gives. Neither
/// ranks nor shapes have to be known, and the statistics may run over several axes, which `RewriteAttempt` does not allow.
struct AdjacentFold {
  let model: RewritableModel
  /// The batch normalization.
  let target: LayerAddress

  /// Looks for the layer, and puts the batch normalization into it.
  ///
  /// - Throws: `Refusal` where the layer cannot take it, or what the store throws.
  func rewrite() throws -> Rewrite {
    let nodes = model.graph.nodesOfLayer[target] ?? []
    guard let node = nodes.first, nodes.count == 1 else {
      throw Refusal(.sharedLayer, "it is called \(nodes.count) times")
    }
    let place = model.graph.nodes[node]
    if place.call.training == true {
      throw Refusal(.trainingMode, "it is called with training=True and uses the statistics of the batch")
    }
    if place.call.hasUnknownArguments { throw Refusal.unknownArguments(of: "it") }
    if model.layer(target).isQuantized { throw Refusal.quantized(model.layer(target)) }
    let map = try model.affine(of: target)
    let (producer, across) = try producer(of: place)
    let layer = model.layer(producer.address)
    guard let rule = ProducerRules.rule(for: layer.core.operation) else {
      throw model.weightRefusal(of: producer) ?? noProducer(layer)
    }
    let name = rule.name(for: layer.core.operation)
    try model.rules.require(name)
    if !across.isEmpty { try model.rules.require(ThroughIdentity.name) }
    let callCount = model.graph.nodesOfLayer[producer.address]?.count ?? 0
    guard callCount == 1 else {
      throw Refusal(.sharedLayer, "\(layer.name) is called \(callCount) times")
    }
    try model.checkUsable(layer, producer.call, beside: target)
    for address in across { try model.layer(address).requirePrecision(of: model.layer(target)) }
    let changed = try model.root(layer, by: rule, producer, map, axis: try axis())
    try model.check(changed, at: producer.address)
    return Rewrite(
      target: target, changes: [producer.address: changed], into: [producer.address], rules: [name],
      across: across)
  }

  /// The axis of its channels in the tensor that the layer gives.
  private func axis() throws(Refusal) -> ChannelAxis {
    let axis = try model.channelAxis(of: target)
    return model.layer(target).wrapped.isEmpty ? axis : axis.behindTimeAxis
  }

  /// The call whose result the batch normalization scales, and the layers in between that do nothing at inference.
  ///
  /// - Throws: `Refusal` if something else needs the result as it is.
  private func producer(
    of place: TensorGraph.Node
  ) throws(Refusal) -> (TensorGraph.Node, across: [LayerAddress]) {
    var across: [LayerAddress] = []
    var current = place
    while true {
      guard let input = current.inputs.first, current.call.inputs.count == 1 else {
        throw Refusal(.noProducer, "it has not exactly one input")
      }
      let tensor = model.graph.tensors[input]
      let found = model.graph.nodes[tensor.producer]
      // The search goes through the border of a model; what is beyond it is not adjacent.
      guard found.address.isBeside(target) else {
        throw noProducer(model.layer(before: current.call, beside: target))
      }
      let layer = model.layer(found.address)
      if canBeChanged(layer) { try requireSoleReader(of: tensor) }
      guard isIdentity(found.call, layer) else { return (found, across) }
      across.insert(found.address, at: 0)
      current = found
    }
  }

  /// Readers of other layers do not matter: what comes before them is not folded into anyway.
  private func canBeChanged(_ layer: Layer) -> Bool {
    if case .identity = layer.core.operation { return true }
    return layer.core.hasFoldableWeights
  }

  private func requireSoleReader(of tensor: TensorGraph.Tensor) throws(Refusal) {
    if let obstacle = tensor.obstacle { throw obstacle }
    guard tensor.readers.count == 1 else {
      throw Refusal(.sharedOutput, "the output of \(tensor.name) is read \(tensor.readers.count) times")
    }
  }

  private func isIdentity(_ call: Call, _ layer: Layer) -> Bool {
    guard case .identity = layer.core.operation else { return false }
    return call.training != true && !call.hasUnknownArguments && call.inputs.count == 1
  }

  private func noProducer(_ layer: Layer) -> Refusal {
    if layer.isQuantized { return .quantized(layer) }
    return switch layer.core.operation {
    case .opaque(let why): Refusal(.opaqueLayer, "it comes after \(layer.name) (\(layer.className)): \(why)")
    case .input: Refusal(.noProducer, "it comes right after the input \(layer.name)")
    case .activation(let activation):
      Refusal(.activation, "the activation \(layer.name) (\(activation)) is before it")
    default:
      Refusal(
        .noProducer,
        "it comes after \(layer.name) (\(layer.className)), which cannot take a scale and a shift")
    }
  }
}

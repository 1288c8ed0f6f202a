import Bytes
import Elements
import ModelGraph

/// A model in which batch normalizations are being folded: its tensors, and its layers as they are by now.
struct RewritableModel {
  private(set) var graph: TensorGraph
  private var root: Graph
  /// The layers that are not needed any more.
  private(set) var removed: Set<LayerAddress> = []
  /// The terms that sums have lost, by their places among those that they had.
  private(set) var droppedTerms: [LayerAddress: Set<Int>] = [:]
  let store: any WeightStore
  let constraints: [any FoldConstraint]
  let rules: FoldingRules
  /// Names of weights, by the outermost layer with which they are saved.
  private var weightNames: [Set<ByteString>]
  /// Batch normalizations in other words, by the last of their layers.
  private(set) var chains: [LayerAddress: AffineChain] = [:]

  init(_ model: Model, constraints: [any FoldConstraint], rules: FoldingRules) {
    root = model.graph
    graph = TensorGraph(root, shapes: ShapeInference(of: root))
    store = model.weights
    self.constraints = constraints
    self.rules = rules
    weightNames = root.layers.map(\.weightNames)
    guard root.isOperatorGraph else { return }
    for chain in AffineChain.all(in: graph, layer: { root[$0] }) {
      chains[chain.last] = chain
      graph.join(chain.layers)
    }
  }

  /// Why tensors of long streams do not change, as an attempt has found out.
  private var settled: [Int: Refusal] = [:]
  /// Tensors beyond which an attempt that failed speaks for all others on the same stream.
  private static let tensorsOfALongStream = 64

  func layer(_ address: LayerAddress) -> Layer { root[address] }

  /// Keeps what a long attempt has found, so that the search stays linear in the number of layers.
  mutating func remember(_ refusal: Refusal, after attempt: RewriteAttempt) {
    guard attempt.tensorCount > Self.tensorsOfALongStream else { return }
    for (tensor, map) in attempt.maps where !map.isIdentity { settled[tensor] = refusal }
  }

  func settled(_ tensor: Int) -> Refusal? { settled[tensor] }

  /// The graph with all layers, those that are not needed any more among them.
  var rewritten: Graph { root }

  /// The layer whose result a call reads, in the graph of another layer.
  func layer(before call: Call, beside address: LayerAddress) -> Layer {
    let graph = graph(around: address)
    return graph.layers[graph.calls[call.inputs[0].call].layer]
  }

  /// The graph that a layer is in, with all its layers.
  func graph(around address: LayerAddress) -> Graph {
    let outer = Array(address.indices.dropLast())
    return outer.isEmpty ? root : layer(LayerAddress(outer)).core.body ?? root
  }

  /// The number of elements of the weights that are left.
  var parameterCount: Int { removed.reduce(root.parameterCount) { $0 - root[$1].parameterCount } }

  /// Puts changed layers in the place of the old ones, and takes the batch normalization out.
  mutating func apply(_ rewrite: Rewrite) {
    for (address, layer) in rewrite.changes {
      root[address] = layer
      weightNames[address.indices[0]].formUnion(layer.weightNames)
    }
    removed.formUnion(layers(of: rewrite.target))
    guard let term = rewrite.droppedTerm else { return graph.remove(rewrite.target) }
    for address in [rewrite.target] + rewrite.droppedLayers { graph.removeBranch(address) }
    removed.formUnion(rewrite.droppedLayers)
    drop(term)
  }

  /// Puts a changed convolution in the place of the old one, and takes out the term that it has taken in.
  mutating func apply(_ merge: MergedBranches.Merge) {
    root[merge.address] = merge.layer
    weightNames[merge.address.indices[0]].formUnion(merge.layer.weightNames)
    if let gone = merge.gone {
      graph.removeBranch(gone)
      removed.insert(gone)
    }
    drop(merge.term)
  }

  /// Takes a term out of a sum, and the sum as well where nothing is added to what is left.
  private mutating func drop(_ term: TensorGraph.Reader) {
    let address = graph.nodes[term.node].address
    // Its place among the terms that the sum had at first.
    let dropped = droppedTerms[address] ?? []
    let left = (0..<graph.nodes[term.node].inputs.count + dropped.count).filter { !dropped.contains($0) }
    droppedTerms[address] = dropped.union([left[term.input]])
    root[address].operation = root[address].operation.withOneTermLess
    graph.dropInput(term)
    guard graph.nodes[term.node].inputs.count == 1 else { return }
    graph.remove(address)
    removed.insert(address)
  }

  func takenNames(_ address: LayerAddress) -> Set<ByteString> { weightNames[address.indices[0]] }

  // MARK: - The batch normalization itself

  /// The layers that it is.
  func layers(of address: LayerAddress) -> [LayerAddress] { chains[address]?.layers ?? [address] }

  func affine(of address: LayerAddress) throws -> ChannelAffine {
    if let chain = chains[address] { return try chain.affine(from: store) }
    return try ChannelAffine(of: layer(address).core, normalization: normalization(of: address), from: store)
  }

  /// The axis that it normalizes, as far as it is known without the rank; without a wrapper's time axis.
  func channelAxis(of address: LayerAddress) throws(Refusal) -> ChannelAxis {
    if let chain = chains[address] { return .fromFront(chain.axis) }
    return try layer(address).core.channelAxis(of: normalization(of: address))
  }

  private func normalization(of address: LayerAddress) -> BatchNormalization {
    guard case .batchNormalization(let normalization) = layer(address).core.operation else {
      preconditionFailure("not a batch normalization")
    }
    return normalization
  }

  /// The axis that it normalizes, in a tensor with a rank.
  func axis(of address: LayerAddress, rank: Int) throws(Refusal) -> Int {
    let layer = layer(address)
    let channelAxis = try channelAxis(of: address)
    if case .joined(let axes) = channelAxis {
      throw Refusal(.axisMismatch, "its statistics run over \(axes.count) axes")
    }
    let inner = layer.wrapped.isEmpty ? rank : rank - 1
    guard let axis = channelAxis.index(rank: inner), axis > 0 else {
      throw Refusal(.axisMismatch, "its axis (\(channelAxis)) does not fit a tensor of rank \(inner)")
    }
    return layer.wrapped.isEmpty ? axis : axis + 1
  }

  // MARK: - What may be done

  /// - Throws: `Refusal` for a call or a layer that nothing may be moved through or into.
  func checkUsable(_ layer: Layer, _ call: Call, beside target: LayerAddress) throws(Refusal) {
    if layer.isQuantized { throw .quantized(layer) }
    if case .opaque(let why) = layer.core.operation {
      throw Refusal(.opaqueLayer, "\(layer.name) (\(layer.className)) is beside it: \(why)")
    }
    if call.hasUnknownArguments { throw Refusal.unknownArguments(of: layer.name) }
    if call.training == true {
      switch layer.core.operation {
      case .batchNormalization, .identity, .model:
        throw Refusal(.trainingMode, "\(layer.name) is called with training=True")
      default: break
      }
    }
    try layer.requirePrecision(of: self.layer(target))
  }

  /// - Throws: `Refusal` where a changed layer cannot be stored, or Keras would run it wrongly.
  func check(_ layer: Layer, at address: LayerAddress) throws {
    let before = self.layer(address).core
    for node in graph.nodesOfLayer[address] ?? [] {
      let shape = graph.tensors[graph.nodes[node].outputs[0]].shape
      try constraints.check(
        layer.core, original: before, outputShape: layer.wrapped.isEmpty ? shape : shape?.withoutTimeAxis)
    }
    try StorableWeights.check(layer.core, store: store)
  }

  /// Why a map ends at a layer that is neither passed nor changed.
  func obstacle(_ layer: Layer, _ place: TensorGraph.Node, _ port: Port) -> Refusal {
    if let refusal = weightRefusal(of: place) { return refusal }
    return switch (layer.core.operation, port) {
    case (.input, _): Refusal(.noProducer, "\(place.path) is an input of the model")
    case (.activation(let activation), _):
      Refusal(.activation, "the activation \(place.path) (\(activation)) is in the way")
    case (_, .output):
      Refusal(
        .noProducer, "\(place.path) (\(layer.className)) gives it, which cannot take a scale and a shift")
    case (_, .input):
      Refusal(
        .noConsumer, "\(place.path) (\(layer.className)) reads it, which cannot take a scale and a shift")
    }
  }
}

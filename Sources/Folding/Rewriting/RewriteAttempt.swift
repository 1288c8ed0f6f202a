import Bytes
import ModelGraph

/// Tries to make one batch normalization superfluous by changing the tensors around it, and with them the layers at the ends.
///
/// Backwards, the tensor that it reads becomes what it computes; forwards, the tensor that it gives becomes what it
/// reads. Either way the change of that tensor is carried on through every layer that reads or makes it, until it ends in
/// weights: of layers that make a tensor (roots), and of layers that read one (leaves). If it ends anywhere else, the attempt
/// fails with the first obstacle, and nothing has been changed.
/// Source of the idea of roots and leaves: Zhang et al., "Rethinking the batch normalization in convolutional networks"
/// (IJCAI 2022); the conditions are our own.
struct RewriteAttempt {
  /// Where the effect goes.
  enum Way: Sendable { case backwards, forwards }

  let model: RewritableModel
  /// The batch normalization.
  let target: LayerAddress
  let way: Way
  /// The relation of new and old tensors, for those that change or must not change any more.
  private(set) var maps: [Int: TensorMap] = [:]
  /// The layers whose weights change, as they shall be.
  private var changes: [LayerAddress: Layer] = [:]
  /// The rules that were used, each once, in order.
  private var rules: [String] = []
  /// The layers that took in the effect, and those that take the inverse or a part of it.
  private var roots: [LayerAddress] = []
  private var leaves: [LayerAddress] = []
  /// The layers without weights that a map has passed.
  private var crossed: [LayerAddress] = []
  private var queue: [Int] = []
  private var done: Set<Step> = []
  /// Why the map may not be inverted.
  private var inverseObstacle: Refusal?

  /// Something that is done once: a call as a whole, or the weights of a layer at one of its ends.
  private enum Step: Hashable {
    case passed(node: Int)
    case root(LayerAddress)
    case leaf(LayerAddress)
  }

  init(_ model: RewritableModel, target: LayerAddress, way: Way) {
    self.model = model
    self.target = target
    self.way = way
  }

  /// Tensors that one rewrite may change, so that the search stays linear in the number of layers.
  private static let largestRewrite = 256

  /// How many tensors have been looked at.
  var tensorCount: Int { maps.count }

  /// Looks for all that has to change.
  ///
  /// - Returns: what has to change.
  /// - Throws: `Refusal` with the first obstacle, or what the store throws.
  mutating func run() throws -> Rewrite {
    for node in model.graph.nodesOfLayer[target] ?? [] {
      try model.checkUsable(model.layer(target), model.graph.nodes[node].call, beside: target)
    }
    let affine = try model.affine(of: target)
    inverseObstacle = Self.inverseObstacle(affine)
    for node in model.graph.nodesOfLayer[target] ?? [] {
      let place = model.graph.nodes[node]
      let (tensor, other) =
        way == .backwards ? (place.inputs[0], place.outputs[0]) : (place.outputs[0], place.inputs[0])
      let axis = try model.axis(of: target, rank: try rank(of: tensor, at: place.path))
      // The tensor at the other end becomes the same one, as it is.
      try assign(other, .identity(axis: axis, channels: affine.channels))
      try assign(
        tensor,
        TensorMap(
          way == .backwards ? .image : .preimage, axis: axis, scale: affine.scale, shift: affine.shift))
    }
    var next = 0
    while next < queue.count {
      try visit(queue[next])
      next += 1
      guard queue.count <= Self.largestRewrite else {
        throw Refusal(.conflict, "more than \(Self.largestRewrite) tensors would have to change with it")
      }
    }
    for (address, layer) in changes { try model.check(layer, at: address) }
    let (into, beside) = way == .backwards ? (roots, leaves) : (leaves, roots)
    return Rewrite(
      target: target, changes: changes, into: into, beside: beside.filter { !into.contains($0) },
      rules: rules, across: crossed)
  }

  /// The inverse brings a channel back from where it has been: not well if it was squeezed beside a large offset.
  private static func inverseObstacle(_ affine: ChannelAffine) -> Refusal? {
    // After the batch normalization a channel has the mean beta and, for the statistics, the deviation |gamma|.
    affine.spread.indices.first { abs(affine.beta[$0]) > 64 * affine.spread[$0] && affine.scale[$0] != 0 }.map
    {
      Refusal(
        .zeroScale,
        """
        its inverse would lose 6 bits or more in channel \($0), where the values lie \
        \(Refusal.brief(affine.spread[$0])) around \(Refusal.brief(affine.beta[$0]))
        """)
    }
  }

  private func rank(of tensor: Int, at path: ByteString) throws(Refusal) -> Int {
    guard let rank = model.graph.tensors[tensor].shape?.count else {
      throw Refusal(.axisMismatch, "the rank of a tensor at \(path) is not known")
    }
    return rank
  }

  private mutating func assign(_ tensor: Int, _ map: TensorMap) throws(Refusal) {
    if let present = maps[tensor] {
      guard present == map || present.isIdentity && map.isIdentity else {
        let producer = model.graph.tensors[tensor].producer
        throw Refusal(
          .conflict, "the output of \(model.graph.nodes[producer].path) would have to change in two ways")
      }
      return
    }
    maps[tensor] = map
    if !map.isIdentity { queue.append(tensor) }
  }

  private mutating func visit(_ index: Int) throws {
    let tensor = model.graph.tensors[index]
    guard let map = maps[index] else { return }
    if let obstacle = tensor.obstacle ?? model.settled(index) { throw obstacle }
    let producer = model.graph.nodes[tensor.producer]
    if producer.address != target {
      try step(to: tensor.producer, .output, map)
    }
    for reader in tensor.readers where model.graph.nodes[reader.node].address != target {
      try step(to: reader.node, .input(reader.input), map)
    }
  }

  private mutating func step(to node: Int, _ port: Port, _ map: TensorMap) throws {
    let place = model.graph.nodes[node]
    let layer = changes[place.address] ?? model.layer(place.address)
    try model.checkUsable(layer, place.call, beside: target)
    if layer.core.hasFoldableWeights {
      try absorb(in: layer, place, port, map)
    } else if let added = try model.addition(layer, place, port, map) {
      try absorb(added, node)
    } else {
      try pass(layer, node, port, map)
    }
  }

  // MARK: - Layers with weights

  private mutating func absorb(
    in layer: Layer, _ place: TensorGraph.Node, _ port: Port, _ map: TensorMap
  ) throws {
    let address = place.address
    guard done.insert(port == .output ? .root(address) : .leaf(address)).inserted else { return }
    // The weights serve all calls: each of them has to be changed in the same way.
    let calls = model.graph.nodesOfLayer[address] ?? []
    let ends = calls.map { number in
      let node = model.graph.nodes[number]
      return port == .output ? node.outputs[0] : node.inputs[0]
    }
    do throws(Refusal) {
      // In tensors of different ranks the channels stand on different axes.
      guard Set(ends.map { model.graph.tensors[$0].shape?.count }).count == 1 else {
        throw Refusal(.sharedLayer, "\(place.path) is called on tensors of different ranks")
      }
      for tensor in ends { try assign(tensor, map) }
    } catch {
      throw error.code == .sharedLayer
        ? error
        : Refusal(
          .sharedLayer,
          "\(place.path) is called \(calls.count) times, and not every time with the same around it")
    }
    let direction: TensorMap.Direction = port == .output ? .image : .preimage
    let written = try written(map, direction, for: place.path)
    let (changed, used) =
      port == .output
      ? try model.root(layer, place, written) : try model.leaf(layer, place, written)
    changes[address] = changed
    used.forEach { note($0) }
    if port == .output { roots.append(address) } else { leaves.append(address) }
  }

  private func written(
    _ map: TensorMap, _ direction: TensorMap.Direction, for path: ByteString
  ) throws(Refusal) -> TensorMap {
    guard map.direction != direction else { return map }
    if let inverseObstacle { throw inverseObstacle }
    return try map.written(direction, for: path)
  }

  /// A layer that adds constants takes the shift; the scale goes on.
  private mutating func absorb(_ added: AddedConstant, _ node: Int) throws {
    guard done.insert(.passed(node: node)).inserted else { return }
    let place = model.graph.nodes[node]
    try model.rules.require(AddedConstant.name)
    changes[place.address] = added.layer
    note(AddedConstant.name)
    switch added.port {
    case .output: try assign(place.outputs[0], added.map)
    case .input(let number): try assign(place.inputs[number], added.map)
    }
    if added.map.isIdentity { leaves.append(place.address) } else { crossed.append(place.address) }
  }

  // MARK: - Layers without weights

  private mutating func pass(_ layer: Layer, _ node: Int, _ port: Port, _ map: TensorMap) throws {
    let place = model.graph.nodes[node]
    guard done.insert(.passed(node: node)).inserted else { return }
    let layer = layer.canonical
    guard layer.wrapped.isEmpty, place.outputs.count == 1,
      let passage = Passages.passage(for: layer.operation)
    else { throw model.obstacle(layer, place, port) }
    try model.rules.require(passage.name)
    let request = PassageRequest(
      path: place.path, operation: layer.operation,
      inputs: place.inputs.map { model.graph.tensors[$0].shape },
      output: model.graph.tensors[place.outputs[0]].shape, port: port, map: map,
      shiftedInput: model.shiftedInput(of: place),
      channelAffine: try model.channelAffine(layer, place))
    if case .merge(let merge) = layer.operation, merge.adds {
      try model.constraints.check(sumOf: request.inputs, alongAxis: map.axis, at: place.path)
    }
    for (port, map) in try passage.maps(request) {
      switch port {
      case .output: try assign(place.outputs[0], map)
      case .input(let number): try assign(place.inputs[number], map)
      }
    }
    note(passage.name)
    if !crossed.contains(place.address) { crossed.append(place.address) }
  }

  private mutating func note(_ rule: String) { if !rules.contains(rule) { rules.append(rule) } }
}

extension Layer {
  /// Whether a map can end in its weights.
  var hasFoldableWeights: Bool {
    if case .batchNormalization = operation { return true }
    return operation.hasKernel
  }
}

extension Merge {
  /// Whether all of its terms are added.
  fileprivate var adds: Bool {
    switch self {
    case .add, .average, .addScaled: true
    default: false
    }
  }
}

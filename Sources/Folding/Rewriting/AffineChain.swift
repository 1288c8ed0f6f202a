import Bytes
import Elements
import ModelGraph

/// A batch normalization in other words: operators that add constants to the channels of a tensor and multiply them, one after the
/// other.
///
/// Its normal form is x s + t along one axis. It is called by its last operator.
struct AffineChain {
  /// The layers, in the order of the data.
  let layers: [LayerAddress]
  let axis: Int
  private let channels: Int
  private let links: [Link]

  /// An operator of it, and its constant; nil where it changes the sign.
  private struct Link {
    let combination: ConstantCombination
    let constant: Variable?
  }

  var last: LayerAddress { layers[layers.count - 1] }

  /// What it does to each channel.
  ///
  /// - Throws: `Refusal` where that is not finite, or what the store throws.
  func affine(from store: any WeightStore) throws -> ChannelAffine {
    let zeros = [Double](repeating: 0, count: channels)
    var (scale, mean, beta) = ([Double](repeating: 1, count: channels), zeros, zeros)
    var isFirst = true
    for link in links {
      let numbers = try link.constant?.exactElements(from: store) ?? []
      let (factors, addends) = link.combination.scaleAndShift(numbers)
      for channel in 0..<channels {
        let factor = factors[factors.count == 1 ? 0 : channel]
        let addend = addends[addends.count == 1 ? 0 : channel]
        // A mean that is subtracted first loses nothing where it is near what it is subtracted from.
        if isFirst, factor == 1 {
          mean[channel] = -addend
        } else {
          scale[channel] *= factor
          beta[channel] = beta[channel] * factor + addend
        }
      }
      isFirst = false
    }
    let affine = ChannelAffine(scale: scale, mean: mean, beta: beta)
    let shift = affine.shift
    if let channel = scale.indices.first(where: { !(scale[$0].isFinite && shift[$0].isFinite) }) {
      throw Refusal(.notFinite, "its scale or shift is not finite in channel \(channel)")
    }
    return affine
  }
}

extension AffineChain {
  /// All that are next to a layer with weights that run along the same channels.
  ///
  /// - Parameter layer: the layer at an address.
  static func all(in graph: TensorGraph, layer: (LayerAddress) -> Layer) -> [AffineChain] {
    var chains: [AffineChain] = []
    var links: [Int: ChainLink] = [:]
    for (number, node) in graph.nodes.enumerated() {
      links[number] = ChainLink(node, layer(node.address), in: graph)
    }
    var taken: Set<Int> = []
    for number in graph.nodes.indices where links[number] != nil && !taken.contains(number) {
      var run = ChainRun()
      var next: Int? = number
      while let current = next, let link = links[current], run.append(current, link) {
        taken.insert(current)
        let result = graph.tensors[graph.nodes[current].outputs[0]]
        next = result.obstacle == nil && result.readers.count == 1 ? result.readers[0].node : nil
      }
      if let chain = run.chain(in: graph), chain.isBesideWeights(in: graph, layer: layer) {
        chains.append(chain)
      }
    }
    return chains
  }

  fileprivate init(layers: [LayerAddress], axis: Int, channels: Int, links: [ChainLink]) {
    (self.layers, self.axis, self.channels) = (layers, axis, channels)
    self.links = links.map { Link(combination: $0.combination, constant: $0.constant) }
  }

  private func isBesideWeights(in graph: TensorGraph, layer: (LayerAddress) -> Layer) -> Bool {
    guard let first = graph.nodesOfLayer[layers[0]]?.first, let end = graph.nodesOfLayer[last]?.first else {
      return false
    }
    func hasChannels(_ node: Int, _ tensor: Int) -> Bool {
      guard let rank = graph.tensors[tensor].shape?.count else { return false }
      let operation = layer(graph.nodes[node].address).operation
      if case .batchNormalization(let normalization) = operation {
        return normalization.obstacle == nil && normalization.axis(rank: rank) == axis
      }
      return operation.linearMap?.axis.index(rank: rank) == axis
    }
    let (input, output) = (graph.nodes[first].inputs[0], graph.nodes[end].outputs[0])
    return hasChannels(graph.tensors[input].producer, input)
      || graph.tensors[output].readers.contains { $0.input == 0 && hasChannels($0.node, output) }
  }
}

/// A node that may be a part of a chain.
private struct ChainLink {
  let combination: ConstantCombination
  let constant: Variable?
  /// The axis of its numbers and how many there are; nil for one number.
  let channels: (axis: Int, count: Int)?

  init?(_ node: TensorGraph.Node, _ layer: Layer, in graph: TensorGraph) {
    guard let combination = ConstantCombination(layer.operation), node.inputs.count == 1,
      node.outputs.count == 1, graph.nodesOfLayer[node.address]?.count == 1, !layer.isQuantized
    else { return nil }
    self.combination = combination
    constant = layer.variable(.operand(combination.position))
    let shape = graph.tensors[node.inputs[0]].shape
    guard combination.kind == nil || constant?.elementType.isFloatingPoint == true,
      let axis = combination.axis(input: shape)
    else { return nil }
    guard combination.isVector else {
      channels = nil
      return
    }
    guard let place = axis.index(rank: shape?.count), place > 0 else { return nil }
    channels = (place, combination.shape.elementCount)
  }

  var isVectorOfFactors: Bool {
    channels != nil && (combination.kind == .multiply || combination.kind == .divide)
  }
}

/// Links that follow each other.
private struct ChainRun {
  private var nodes: [Int] = []
  private var links: [ChainLink] = []
  private var channels: (axis: Int, count: Int)?

  /// - Returns: false for a link along another axis.
  mutating func append(_ node: Int, _ link: ChainLink) -> Bool {
    if let own = link.channels {
      guard channels.map({ $0 == own }) ?? true else { return false }
      channels = own
    }
    nodes.append(node)
    links.append(link)
    return true
  }

  /// The chain; nil for one that has no factors of its own for each channel, such as a bias.
  func chain(in graph: TensorGraph) -> AffineChain? {
    guard let channels, links.contains(where: \.isVectorOfFactors) else { return nil }
    return AffineChain(
      layers: nodes.map { graph.nodes[$0].address }, axis: channels.axis, channels: channels.count,
      links: links)
  }
}

import Bytes
import Elements
import ModelGraph

/// A batch normalization beside a convolution of the same tensor becomes part of its kernel and bias.
///
/// Before:      y = conv(x, W) + b + BN(x) + …, or with one of them subtracted
/// After:       y = conv(x, W') + b' + …
/// Conditions:  stride 1; as many output channels as input channels; the kernel has an element that reads the place it writes, and
///              the output is as large as the input; the convolution and the batch normalization are read by the sum alone
/// Formula:     W'[center, c, c] = W[center, c, c] + s[c]; b'[c] = b[c] + t[c]; less where one of them is subtracted
///
/// Source of the idea: Ding et al., "RepVGG: Making VGG-style ConvNets Great Again" (CVPR 2021), section 3.3.
struct ParallelBranch: NamedRule {
  static let name = "parallel-branch"
  static let summary =
    "a convolution of the same tensor takes the scale at the center of its kernel, its bias the shift"

  let model: RewritableModel
  /// The batch normalization.
  let target: LayerAddress

  /// Looks for a convolution in the same sum, and puts the batch normalization into it.
  ///
  /// - Returns: nil where it is in no sum beside a convolution of what it reads.
  /// - Throws: `Refusal` where no such convolution can take it, or what the store throws.
  func rewrite() throws -> Rewrite? {
    let nodes = model.graph.nodesOfLayer[target] ?? []
    guard let node = nodes.first, nodes.count == 1, model.rules.allows(Self.name) else { return nil }
    let place = model.graph.nodes[node]
    guard place.inputs.count == 1, place.outputs.count == 1, model.layer(target).wrapped.isEmpty else {
      return nil
    }
    let passed = passages(after: node)
    let tensor = model.graph.nodes[passed.last ?? node].outputs[0]
    guard let tree = SumTree(around: tensor, in: model),
      let own = tree.terms.first(where: { $0.tensor == tensor })
    else { return nil }
    let convolutions = tree.terms.filter { model.convolves($0, place.inputs[0]) }
    guard !convolutions.isEmpty else { return nil }
    try model.checkUsable(model.layer(target), place.call, beside: target)
    guard let rank = model.graph.tensors[place.inputs[0]].shape?.count else {
      throw Refusal(.axisMismatch, "the rank of a tensor at \(place.path) is not known")
    }
    let axis = try model.axis(of: target, rank: rank)
    try model.requireOneShape(tree, alongAxis: axis)
    guard model.mayLose(own) else {
      throw Refusal(
        .branch, "\(model.graph.nodes[own.place.node].path) would have nothing left to subtract from")
    }
    let branch = Branch(
      map: try map(through: passed, axis: axis, rank: rank), axis: axis, term: own,
      passed: passed.map { model.graph.nodes[$0].address })
    var first: Refusal?
    for term in convolutions {
      do {
        return try fold(branch, into: term)
      } catch let refusal as Refusal {
        first = first ?? refusal
      }
    }
    throw first ?? Refusal(.branch, "no convolution beside it can take it")
  }

  /// What the batch normalization, and what scales its result before the sum, do together.
  private struct Branch {
    let map: ChannelAffine
    let axis: Int
    let term: SumTree.Term
    let passed: [LayerAddress]
  }

  /// The nodes between the batch normalization and a sum: layers that multiply each channel and add to it.
  private func passages(after node: Int) -> [Int] {
    var passed: [Int] = []
    var current = node
    while passed.count < 4 {
      let tensor = model.graph.tensors[model.graph.nodes[current].outputs[0]]
      guard tensor.obstacle == nil, tensor.readers.count == 1 else { break }
      current = tensor.readers[0].node
      let place = model.graph.nodes[current]
      guard place.inputs.count == 1, place.outputs.count == 1,
        model.graph.nodesOfLayer[place.address]?.count == 1, model.chains[place.address] == nil,
        (try? model.channelAffine(model.layer(place.address), place)) != nil
      else { break }
      passed.append(current)
    }
    return passed
  }

  private func map(through nodes: [Int], axis: Int, rank: Int) throws -> ChannelAffine {
    var map = try model.affine(of: target)
    for node in nodes {
      let place = model.graph.nodes[node]
      let layer = model.layer(place.address)
      try model.rules.require(ThroughChannelAffine.name)
      try model.checkUsable(layer, place.call, beside: target)
      guard let affine = try model.channelAffine(layer, place) else { continue }
      let (factor, addend) = try affine.values(
        for: TensorMap(.image, axis: axis, scale: map.scale, shift: map.shift), rank: rank)
      map = ChannelAffine(
        scale: zip(map.scale, factor).map { $0 * $1 }, mean: map.mean,
        beta: map.beta.indices.map { map.beta[$0] * factor[$0] + addend[$0] })
    }
    return map
  }

  private func fold(
    _ branch: Branch, into term: SumTree.Term
  ) throws -> Rewrite {
    let (map, own) = (branch.map, branch.term)
    let place = model.graph.nodes[model.graph.tensors[term.tensor].producer]
    let sum = model.graph.nodes[own.place.node]
    let convolution = try model.branch(term, beside: target)
    guard convolution.taps.keepsPlaces, let diagonal = convolution.taps.diagonal else {
      throw Refusal(.branch, convolution.obstacle)
    }
    guard convolution.axis == branch.axis else {
      throw Refusal(
        .axisMismatch,
        "its axis (\(branch.axis)) is not the axis of \(place.path)'s channels (\(convolution.axis))")
    }
    guard map.channels == diagonal.count else {
      throw Refusal(
        .statisticsShape,
        "it has statistics of \(map.channels) channels; \(place.path) has \(diagonal.count)")
    }
    guard ([target, sum.address] + branch.passed).allSatisfy({ $0.isBeside(place.address) }) else {
      throw Refusal(.branch, "\(place.path) is in another model than the sum")
    }
    let sign = own.sign * term.sign
    var layer = model.layer(place.address)
    let kernel = convolution.kernel.adding(
      zip(diagonal, map.scale).map { (place: $0, value: sign * $1) })
    layer.set(kernel)
    if map.shift.contains(where: { $0 != 0 }) {
      layer = try layer.adding(map.shift.map { sign * $0 }, like: kernel, in: model, place.address)
    }
    try model.check(layer, at: place.address)
    return Rewrite(
      target: target, changes: [place.address: layer], into: [place.address],
      rules: (branch.passed.isEmpty ? [] : [ThroughChannelAffine.name]) + [Self.name],
      across: branch.passed + [sum.address], droppedTerm: own.place, droppedLayers: branch.passed)
  }
}

extension LayerAddress {
  /// Whether the other layer is in the same graph.
  func isBeside(_ other: LayerAddress) -> Bool { indices.dropLast() == other.indices.dropLast() }
}

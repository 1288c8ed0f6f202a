import Elements
import ModelGraph

/// Convolutions of one tensor that are added become one convolution.
///
/// Before:      y = conv(x, V) + b + conv(x, W) + c + x + …, or with some of them subtracted
/// After:       y = conv(x, W') + b' + …
/// Conditions:  the same strides and groups, outputs of one size, and one kernel that has all taps of the others; x itself only where
///              that one may take in a batch normalization of x; the sum alone reads the convolutions
/// Formula:     W' = W + V, tap by tap; b' = b + c; W'[center, c, c] is 1 more for x
struct MergedBranches {
  /// A convolution that takes in a term, and the term.
  struct Merge {
    let address: LayerAddress
    /// The convolution, as it shall be.
    let layer: Layer
    let term: TensorGraph.Reader
    /// The layer that gives the term, if nothing needs it any more.
    let gone: LayerAddress?
  }

  let model: RewritableModel
  /// A convolution.
  let node: Int

  /// One of the terms of the sum that the convolution is in, and the convolution that takes it in.
  ///
  /// - Returns: nil where there are none that become one.
  /// - Throws: what the store throws.
  func next() throws -> Merge? {
    let place = model.graph.nodes[node]
    guard case .convolution = model.layer(place.address).operation, place.inputs.count == 1,
      let output = place.outputs.first,
      let tree = SumTree(around: output, in: model)
    else { return nil }
    var branches: [(term: SumTree.Term, convolution: BranchConvolution)] = []
    for term in tree.terms where model.convolves(term, place.inputs[0]) {
      if let found = try? model.branch(term, beside: place.address) { branches.append((term, found)) }
    }
    let target = branches.max { $0.convolution.taps.taps.count < $1.convolution.taps.taps.count }
    guard let target, (try? model.requireOneShape(tree, alongAxis: target.convolution.axis)) != nil else {
      return nil
    }
    for branch in branches where branch.term.tensor != target.term.tensor {
      if let found = try merge(branch, into: target) { return found }
    }
    for term in tree.terms where term.tensor == place.inputs[0] {
      if let found = try mergeSource(term, into: target) { return found }
    }
    return nil
  }

  private func address(_ term: SumTree.Term) -> LayerAddress {
    model.graph.nodes[model.graph.tensors[term.tensor].producer].address
  }

  private func merge(
    _ branch: (term: SumTree.Term, convolution: BranchConvolution),
    into target: (term: SumTree.Term, convolution: BranchConvolution)
  ) throws -> Merge? {
    let (gone, kept) = (branch.convolution, target.convolution)
    guard let places = gone.taps.places(in: kept.taps), gone.axis == kept.axis,
      gone.kernel.elementType == kept.kernel.elementType,
      model.layer(address(branch.term)).precision == model.layer(address(target.term)).precision
    else { return nil }
    let sign = branch.term.sign * target.term.sign
    var sum = try kept.kernel.exactElements(from: model.store)
    let factors = [Double](repeating: sign, count: kept.taps.outputs)
    gone.taps.add(
      try gone.kernel.exactElements(from: model.store), times: factors, to: &sum, at: places, of: kept.taps)
    let bias = try model.layer(address(branch.term)).variable(.bias)?.exactElements(from: model.store)
    var kernel = kept.kernel
    kernel.value = .computed(sum)
    return try merge(
      target.term, kernel, bias?.map { sign * $0 }, dropping: branch.term, address(branch.term))
  }

  private func mergeSource(
    _ term: SumTree.Term, into target: (term: SumTree.Term, convolution: BranchConvolution)
  ) throws -> Merge? {
    guard target.convolution.taps.keepsPlaces, let diagonal = target.convolution.taps.diagonal else {
      return nil
    }
    let sign = term.sign * target.term.sign
    let kernel = target.convolution.kernel.adding(diagonal.map { (place: $0, value: sign) })
    return try merge(target.term, kernel, nil, dropping: term, nil)
  }

  /// - Parameters:
  ///   - target: the convolution that stays.
  ///   - kernel: its new kernel.
  ///   - shift: what its bias takes in.
  ///   - term: the one that goes.
  ///   - gone: the layer that gives it, if that goes as well.
  private func merge(
    _ target: SumTree.Term, _ kernel: Variable, _ shift: [Double]?, dropping term: SumTree.Term,
    _ gone: LayerAddress?
  ) throws -> Merge? {
    let sum = model.graph.nodes[term.place.node].address
    let own = address(target)
    guard model.mayLose(term), sum.isBeside(own), gone?.isBeside(own) ?? true else { return nil }
    var layer = model.layer(own)
    layer.set(kernel)
    do {
      if let shift { layer = try layer.adding(shift, like: kernel, in: model, own) }
      try model.check(layer, at: own)
    } catch is Refusal {
      return nil
    }
    return Merge(address: own, layer: layer, term: term.place, gone: gone)
  }
}

import ModelGraph

/// A kernel, a bias, and the batch normalization after them, without a graph around them.
public struct WeightedChain: Sendable {
  let node: FlatGraph.Node
  /// The batch normalization; nil where there is none any more.
  let normalization: FlatGraph.Node?
  let weights: any WeightStore

  /// - Parameters:
  ///   - kernel: of the layer.
  ///   - bias: of the layer; nil if it has none.
  ///   - normalization: a batch normalization over the output channels.
  ///   - weights: where all of them are.
  public init(kernel: Variable, bias: Variable?, normalization: Layer?, weights: any WeightStore) {
    var layer = Layer(name: kernel.name, className: "", operation: .identity)
    layer.variables = [kernel] + (bias.map { [$0] } ?? [])
    let dense = Operation.dense(Dense(units: 1, usesBias: true, activation: .linear))
    node = FlatGraph.Node(layer, dense)
    self.normalization = normalization.map { FlatGraph.Node($0, $0.operation) }
    self.weights = weights
  }
}

extension FlatGraph.Node {
  fileprivate convenience init(_ layer: Layer, _ operation: Operation) {
    self.init(
      path: layer.name, layerNumber: 1, layer: layer, part: .whole, operation: operation,
      isTimeDistributed: false,
      call: Call(layer: 0, number: 0, inputs: []), inputs: [0], controls: [], outputs: [1])
  }
}

/// Checks that a layer with its batch normalization computes the same as a folded layer.
public struct ChainCheck: Sendable {
  private let original: WeightedChain
  private let folded: WeightedChain
  private let axes: KernelAxes

  /// - Parameters:
  ///   - original: the kernel, and what follows it.
  ///   - folded: the same of the folded weights.
  ///   - axes: of both kernels.
  public init(original: WeightedChain, folded: WeightedChain, axes: KernelAxes) {
    (self.original, self.folded, self.axes) = (original, folded, axes)
  }

  /// - Returns: the verdict, and what differs.
  /// - Throws: what the stores throw.
  public func verdict() throws -> (verdict: Verdict, difference: Difference?) {
    guard try mismatch(in: .exact) != nil else { return (.equal, nil) }
    guard let mismatch = try mismatch(in: .float32) else { return (.equalWithinFloat32, nil) }
    return (
      mismatch.isDifference ? .different : .notProven, Difference(mismatch, layer: folded.node.path)
    )
  }

  private func mismatch(in arithmetic: Arithmetic) throws -> Mismatch? {
    do {
      var sources = SourceTable()
      return try relation(arithmetic, &sources).channels?.mismatch(arithmetic, sources)
    } catch let mismatch as Mismatch {
      return mismatch
    }
  }

  private func relation(_ arithmetic: Arithmetic, _ sources: inout SourceTable) throws -> Relation {
    guard let old = original.node.kernel, let new = folded.node.kernel else { return .identity }
    let pair = LayerPair(
      old: original.node, new: folded.node, oldStore: original.weights, newStore: folded.weights,
      arithmetic: arithmetic, trustsCarriedWeights: false, hasMasks: false,
      subnormals: WeightTally(), nonFinite: WeightTally(), hidden: HiddenChannels())
    try pair.requireSameKind(old, new)
    var relation = try LinearStep(
      pair: pair, oldKernel: old, newKernel: new, input: .identity, outputAxis: .fromBack(1)
    ).relation(axes: axes, channels: nil, budget: 0, into: &sources)
    func step(_ node: FlatGraph.Node, _ store: any WeightStore, isRounded: Bool) throws -> ChannelAffineStep {
      guard let affine = try ChannelAffine(of: node, input: nil, from: store, isRounded: { _ in isRounded })
      else {
        throw Mismatch.unknown("its batch normalization has no finite scale and shift", of: 1)
      }
      return ChannelAffineStep(
        affine: affine, relation: relation, precision: node.layer.precision, shape: nil,
        arithmetic: arithmetic, isChanged: true)
    }
    if case .identity = relation, try hasSameNormalization(pair) { return .identity }
    let unfit = Mismatch.unknown("its batch normalization has another number of channels", of: 1)
    if let normalization = original.normalization {
      guard let result = try step(normalization, original.weights, isRounded: false).inOriginal() else {
        throw unfit
      }
      relation = result
    }
    if let normalization = folded.normalization {
      guard
        let result = try step(normalization, folded.weights, isRounded: true).inFolded(
          layer: 1, into: &sources)
      else { throw unfit }
      relation = result
    }
    return relation
  }
}

extension ChainCheck {
  /// Whether the batch normalization is there as it was, whatever it computes.
  private func hasSameNormalization(_ pair: LayerPair) throws -> Bool {
    guard let before = original.normalization?.layer, let after = folded.normalization?.layer,
      before.operation == after.operation
    else { return false }
    return try pair.areIdentical(before.variables ?? [], after.variables ?? [])
  }
}

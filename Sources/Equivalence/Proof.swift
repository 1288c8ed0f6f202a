import Bytes
import Elements
import ModelGraph

/// What a proof takes for granted.
struct ProofAssumptions {
  let arithmetic: Arithmetic
  let trustsCarriedWeights: Bool
}

/// Proves that two models compute the same, by relating their tensors.
///
/// Both graphs are walked once, in the order of the data, from inputs that are the same to outputs that have to be. It knows no
/// plan and no names but to try the likely first, and runs nothing.
/// Sources: Pnueli, Siegel and Singerman, "Translation Validation", 1998; Necula, "Translation Validation for an Optimizing
/// Compiler", 2000; Lopes et al., "Alive2", 2021.
struct Proof {
  let old: FlatGraph
  let new: FlatGraph
  let models: (old: Model, new: Model)
  private let assumptions: ProofAssumptions
  var arithmetic: Arithmetic { assumptions.arithmetic }
  var related = RelatedTensors()
  var sources = SourceTable()
  var mismatches: [Mismatch] = []
  /// Attributes of layers that only one of the models might need, and that both have in different ways.
  var hints: [Mismatch] = []
  /// Nodes of the folded model that belong to one of the original.
  var matched: Set<Int> = []
  /// Those among them that differ from it.
  var mistaken: Set<Int> = []
  /// Relations of calls of one layer on the same input as before.
  private var known: [LayerTwin: [Relation]] = [:]
  /// Bits of vectors that the original has: those of the folded model that are among them have not been rounded.
  private let originalVectors: VectorSet
  /// Calls of the folded model that read nothing.
  let constants: ConstantIndex
  /// Whether masks go through one of the models beside the tensors.
  let hasMasks: Bool
  /// Tensors of the original that are terms of sums, or become that.
  let branches: Set<Int>
  /// Calls of the original that have no partner, and may be parts of a sum.
  private var waiting: [FlatGraph.Node] = []
  private let subnormals = WeightTally()
  private let nonFinite = WeightTally()
  let hidden = HiddenChannels()

  private struct LayerTwin: Hashable {
    let old: Int
    let new: Int
    let part: FlatGraph.Part
  }

  /// What has come of it.
  struct Result {
    /// What is different, or where it ended; empty for a proof.
    let differences: [Difference]
    /// Calls of layers that were compared.
    let calls: Int
    let subnormalWeights: SubnormalWeights
    let nonFiniteWeights: NonFiniteWeights
    let hiddenDifferences: HiddenDifferences
    /// Layers of the folded model that no output depends on, and that are not those of the original.
    let unreadDifferences: [ByteString]
    /// Elements of weights of the original that were compared.
    let weights: Int

    var isProven: Bool { differences.isEmpty }
  }

  /// - Throws: what the stores of the models throw, or `ProofObstacle`.
  static func prove(_ old: Model, _ new: Model, _ assumptions: ProofAssumptions) throws -> Result {
    let graphs = (try FlatGraph(old.graph), try FlatGraph(new.graph))
    var proof = Proof(
      old: graphs.0, new: graphs.1, models: (old, new), assumptions: assumptions,
      originalVectors: try VectorSet(of: old), constants: try ConstantIndex(of: graphs.1, new.weights))
    try proof.walk()
    let names = Dictionary(proof.new.nodes.map { ($0.layerNumber, $0.path) }) { first, _ in first }
    let (differences, calls) = (proof.differences, proof.matched.count)
    let (subnormals, nonFinite) = (proof.subnormals.weights(names), proof.nonFinite.weights(names))
    let hidden = proof.hidden.differences(names)
    return Result(
      differences: differences, calls: calls, subnormalWeights: SubnormalWeights(subnormals),
      nonFiniteWeights: NonFiniteWeights(nonFinite), hiddenDifferences: hidden,
      unreadDifferences: differences.isEmpty ? try proof.unreadDifferences() : [],
      // A model with code of its own is compared as a whole.
      weights: old.graph.obstacle == nil
        ? proof.old.neededWeightCount() : old.graph.interpretedWeightCount)
  }

  private init(
    old: FlatGraph, new: FlatGraph, models: (old: Model, new: Model), assumptions: ProofAssumptions,
    originalVectors: VectorSet, constants: ConstantIndex
  ) {
    (self.old, self.new, self.models) = (old, new, models)
    (self.assumptions, self.originalVectors, self.constants) = (assumptions, originalVectors, constants)
    hasMasks = old.hasMasks || new.hasMasks
    branches = Self.branches(of: old)
  }
}

// MARK: - The walk

extension Proof {
  private mutating func walk() throws {
    if let mismatch = ModelEnds(models.old.graph, models.new.graph).mismatch {
      mismatches.append(mismatch)
      return
    }
    if models.old.graph.obstacle != nil || models.new.graph.obstacle != nil {
      return try requireIdenticalGraphs()
    }
    for (input, other) in zip(old.inputs, new.inputs) { try relate(input, other, .identity) }
    for index in old.neededNodes() { try visit(old.nodes[index]) }
    for (number, (output, other)) in zip(old.outputs, new.outputs).enumerated() {
      try requireSame(output, other, number: number)
    }
  }

  /// A model with code of its own may do anything with its layers.
  private mutating func requireIdenticalGraphs() throws {
    if let node = old.nodes.first, let other = new.nodes.first {
      let pair = pair(node, other)
      let areIdentical = try models.old.graph.isIdentical(to: models.new.graph) {
        try pair.areIdentical($0, $1)
      }
      // What such a model has beside its layers is only known to be the same where bnfold has copied it.
      if areIdentical, assumptions.trustsCarriedWeights { return }
    }
    mismatches.append(.unknown("the model has code of its own, which may use anything in the file", of: -1))
  }

  mutating func visit(_ node: FlatGraph.Node) throws { try visit(node, isLast: false) }

  /// - Parameter isLast: whether it is no part of a sum, as has been seen.
  private mutating func visit(_ node: FlatGraph.Node, isLast: Bool) throws {
    let candidates = try candidates(for: node)
    var failures: [(candidate: Int, mismatch: Mismatch)] = []
    // A layer of the same name that fits is the one; it may be called several times.
    var hasNamesake = false
    for candidate in candidates where !hasNamesake || new.nodes[candidate].path == node.path {
      do {
        let relations = try relations(node, new.nodes[candidate])
        matched.insert(candidate)
        for (number, relation) in relations.enumerated()
        where new.nodes[candidate].outputs.indices.contains(number) {
          try relate(node.outputs[number], new.nodes[candidate].outputs[number], relation)
        }
        hasNamesake = hasNamesake || new.nodes[candidate].path == node.path
      } catch let mismatch as Mismatch {
        failures.append((candidate, mismatch))
      }
    }
    try absorb(node)
    guard node.outputs.contains(where: { related[$0].isEmpty }) else {
      hints += failures.filter {
        new.nodes[$0.candidate].path == node.path && ($0.mismatch.isOfAttribute || isOtherConstant(node))
      }.map(\.mismatch)
      return
    }
    if !isLast {
      let isFound = try relateBranches(node)
      if !isFound, waits(node) { return waiting.append(node) }
      let parts = takeWaiting(before: node)
      if isFound { return }
      if !parts.isEmpty {
        for part in parts { try visit(part, isLast: true) }
        return try visit(node, isLast: true)
      }
    }
    try fail(node, failures)
  }

  /// The calls that wait for a sum, in the order of the data; they wait no longer.
  private mutating func takeWaiting(before node: FlatGraph.Node) -> [FlatGraph.Node] {
    var tensors = Set(node.inputs)
    var parts: [FlatGraph.Node] = []
    for part in waiting.reversed() where tensors.contains(part.outputs[0]) {
      tensors.formUnion(part.inputs)
      parts.append(part)
    }
    waiting.removeAll { tensors.contains($0.outputs[0]) }
    return parts.reversed()
  }

  /// Whether a constant of an operator is another one, though nothing before it is, and nothing else makes up for it there.
  private func isOtherConstant(_ node: FlatGraph.Node) -> Bool {
    guard case .function(let function) = node.operation, function.combinesWithWeight,
      let input = node.inputs.first
    else { return false }
    return related[input].values.contains(where: \.isIdentity)
      && !related[node.outputs[0]].values.contains(where: \.isIdentity)
  }

  mutating func relate(_ tensor: Int, _ other: Int, _ relation: Relation) throws {
    try relate(tensor, [(other, relation)])
  }

  /// Notes relations, and those to what layers of the folded model give that the original need not have.
  mutating func relate(_ tensor: Int, _ found: [(new: Int, relation: Relation)]) throws {
    // Those that are known come before those that follow from them in a roundabout way.
    var pending = found.filter { related.add(tensor, $0.new, $0.relation) }
    while let (other, relation) = pending.popLast() {
      for reader in new.tensors[other].readers {
        let node = new.nodes[reader.node]
        guard node.inputs.count == 1, node.outputs.count == 1,
          new.precision(of: other) == node.layer.precision,
          let result = try given(by: node, relation, shape: old.tensors[tensor].shape)
        else { continue }
        if related.add(tensor, node.outputs[0], result) { pending.append((node.outputs[0], result)) }
      }
    }
  }

  private mutating func given(
    by node: FlatGraph.Node, _ relation: Relation, shape: PartialShape?
  ) throws -> Relation? {
    if case .identity = node.operation {
      return node.call.training != true && !node.call.hasUnknownArguments ? relation : nil
    }
    guard !node.layer.isFunction || !hasMasks else { return nil }
    let (vectors, store) = (originalVectors, models.new.weights)
    // Numbers of another type would be rounded more than those of the original.
    guard (node.layer.variables ?? []).allSatisfy({ vectors.types.contains($0.elementType) }) else {
      return nil
    }
    let affine = try ChannelAffine(of: node, input: shape, from: store) { variable in
      try !vectors.contains(variable, of: store)
    }
    guard let affine else { return nil }
    // What float32 arithmetic may have moved begins with a layer that is gone: layers that were put in, each of them nearly
    // nothing, would add up to anything.
    let isChanged = relation.channels.map { $0.budget > 0 } ?? false
    let step = ChannelAffineStep(
      affine: affine, relation: relation, precision: node.layer.precision, shape: shape,
      arithmetic: arithmetic, isChanged: isChanged)
    guard let result = step.inFolded(layer: node.layerNumber, into: &sources) else { return nil }
    step.noteHidden(in: hidden, ownLayer: node.layerNumber, sources)
    return result
  }

  // MARK: - Calls of both models

  private mutating func relations(_ node: FlatGraph.Node, _ other: FlatGraph.Node) throws -> [Relation] {
    let inputs = partners(of: node, in: other) ?? []
    let twin = LayerTwin(old: node.layerNumber, new: other.layerNumber, part: node.part)
    let areIdentical = inputs.allSatisfy(\.isIdentity)
    if areIdentical, node.operation.hasKernel, let result = known[twin] { return result }
    // No fold moves a small shift from one layer with a kernel to the next, which would hide it in the rounding of all it adds up.
    if node.operation.multiplies, let stray = inputs.first?.channels?.strayShift(arithmetic, sources) {
      throw stray
    }
    let result = try CallStep(
      pair: pair(node, other), inputs: inputs, shapes: node.inputs.map { old.tensors[$0].shape },
      outputShapes: node.outputs.map { old.tensors[$0].shape }
    ).relations(into: &sources)
    if areIdentical { known[twin] = result }
    return result
  }

  func pair(_ node: FlatGraph.Node, _ other: FlatGraph.Node) -> LayerPair {
    LayerPair(
      old: node, new: other, oldStore: models.old.weights, newStore: models.new.weights,
      arithmetic: arithmetic,
      trustsCarriedWeights: assumptions.trustsCarriedWeights, hasMasks: hasMasks, subnormals: subnormals,
      nonFinite: nonFinite, hidden: hidden)
  }

  private mutating func requireSame(_ output: Int, _ other: Int, number: Int) throws {
    if related.relation(of: output, to: other)?.isIdentity == true { return }
    if let mismatch = related.relation(of: output, to: other)?.channels?.mismatch(arithmetic, sources) {
      mismatches.append(mismatch)
      return
    }
    guard mismatches.isEmpty else { return }
    let producer = new.tensors[other].producer.map { new.nodes[$0] }
    var mismatch = Mismatch.unknown(
      "output \(number) is not seen to be that of the original", of: producer?.layerNumber ?? -1)
    mismatch.isDifference = false
    mismatches.append(mismatch)
  }
}

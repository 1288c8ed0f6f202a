import Elements
import ModelGraph

/// Sums of convolutions and scales of one tensor, of which the folded model makes fewer convolutions.
///
/// What is a term of such a sum need not have a partner of its own: it waits until the sum is met.
extension Proof {
  /// Tensors of a graph that nothing but a sum reads, or layers on the way to one that scale channels.
  static func branches(of graph: FlatGraph) -> Set<Int> {
    let outputs = Set(graph.outputs)
    var branches: Set<Int> = []
    for tensor in graph.tensors.indices.reversed() where !outputs.contains(tensor) {
      guard graph.tensors[tensor].readers.count == 1 else { continue }
      let reader = graph.nodes[graph.tensors[tensor].readers[0].node]
      let passes = reader.outputs.count == 1 && branches.contains(reader.outputs[0]) && reader.mayBeInBranch
      if reader.signsOfTerms != nil || passes { branches.insert(tensor) }
    }
    return branches
  }

  /// Whether a call that has no partner may be a part of a sum that has one.
  func waits(_ node: FlatGraph.Node) -> Bool {
    guard node.outputs.count == 1, branches.contains(node.outputs[0]) else { return false }
    return node.signsOfTerms != nil || node.mayBeInBranch || node.putsZerosBeside
  }

  /// Relates a sum to what the folded model has of the same terms.
  ///
  /// - Returns: whether that has been found, or what is wrong with it.
  mutating func relateBranches(_ node: FlatGraph.Node) throws -> Bool {
    guard node.signsOfTerms != nil, !isRead(node), !hasMasks else { return false }
    let same = related
    guard
      let sum = BranchSum(
        node.outputs[0], in: old,
        isTerm: { same[$0].values.contains(where: \.isIdentity) })
    else { return false }
    var failure: (root: Int, mismatch: Mismatch)?
    for root in rootsOfSums(like: sum) {
      for (preference, looksPastZeros) in Self.ways {
        guard let found = try BranchMatch(self, sum, root, preference, looksPastZeros: looksPastZeros) else {
          continue
        }
        do {
          let relation = try relation(of: found, node)
          matched.formUnion(found.nodes)
          let stray = relation.channels?.strayShift(arithmetic, sources)
          if let stray { mismatches.append(stray) }
          try relate(node.outputs[0], root, stray == nil ? relation : .identity)
          return true
        } catch let error as Mismatch {
          // Of a convolution that has taken in nothing else, its own call says more.
          if failure == nil, error.isDifference, found.joinsBranches { failure = (root, error) }
        }
      }
    }
    guard let failure, !waits(node) else { return false }
    mismatches.append(failure.mismatch)
    try relate(node.outputs[0], failure.root, .identity)
    return true
  }

  private static let ways = [true, false].flatMap { looksPastZeros in
    [BranchMatch.Preference.same, .related, .relatedFromLast, .convolutions].map { ($0, looksPastZeros) }
  }

  /// Whether a sum is a term of another one and nothing else.
  private func isRead(_ node: FlatGraph.Node) -> Bool {
    guard branches.contains(node.outputs[0]) else { return false }
    return old.nodes[old.tensors[node.outputs[0]].readers[0].node].signsOfTerms != nil
  }

  /// Tensors of the folded model that may be the sum: what convolutions of the sources of its terms give, and sums of that.
  private func rootsOfSums(like sum: BranchSum) -> [Int] {
    var roots: [Int] = []
    var pending: [Int] = []
    for source in sum.terms.flatMap({ branchSources(of: $0.tensor) }).inOrderOnce {
      for (tensor, _) in related.inOrder(source) {
        for reader in new.tensors[tensor].readers.map({ new.nodes[$0.node] }) {
          if reader.isConvolution {
            pending.append(reader.outputs[0])
          } else if case .zeroPadding = reader.operation {
            pending += new.tensors[reader.outputs[0]].readers.map { new.nodes[$0.node] }.filter(
              \.isConvolution
            )
            .map { $0.outputs[0] }
          }
        }
      }
    }
    while let tensor = pending.popLast(), roots.count < Self.mostRoots {
      guard !roots.contains(tensor) else { continue }
      roots.append(tensor)
      for reader in new.tensors[tensor].readers.map({ new.nodes[$0.node] }) where reader.signsOfTerms != nil {
        pending.append(reader.outputs[0])
      }
    }
    // A sum of more terms is tried first: it says more of where something is wrong.
    return roots.reversed()
  }

  private static let mostRoots = 64

  /// The tensors that a term may be a convolution or a scale of.
  func branchSources(of term: Int) -> [Int] {
    var tensor = term
    var sources: [Int] = []
    for _ in 0..<8 {
      if !related[tensor].isEmpty { sources.append(tensor) }
      guard let producer = old.tensors[tensor].producer.map({ old.nodes[$0] }), producer.mayBeInBranch
      else { break }
      if let convolution = BranchConvolution(producer, in: old, looksPastZeros: true) {
        return sources + (convolution.hasZeros ? [producer.inputs[0]] : []) + [convolution.source]
      }
      tensor = producer.inputs[0]
    }
    return sources
  }

  /// How both sums are related.
  private mutating func relation(of match: BranchMatch, _ node: FlatGraph.Node) throws -> Relation {
    var relations: [Relation] = []
    for group in match.groups {
      let combined = try group.combined(models.old.weights)
      let shape = old.tensors[combined.source].shape
      if let stray = combined.input.channels?.strayShift(arithmetic, sources) { throw stray }
      let step = CallStep(
        pair: pair(combined.node, group.convolution.node).reading(combined.store), inputs: [combined.input],
        shapes: [shape], outputShapes: [old.tensors[node.outputs[0]].shape])
      relations.append(
        try step.combined(seesZeros: group.convolution.hasZeros, into: &sources))
    }
    let all = relations + match.others.map(\.relation)
    if all.allSatisfy(\.isIdentity) { return .identity }
    let factors = match.groups.map(\.sign) + match.others.map(\.sign)
    if all.count == 1, factors[0] == 1 { return all[0] }
    let shape = old.tensors[node.outputs[0]].shape
    let last = match.groups[0].convolution.node
    return try WeightlessStep(
      pair: pair(node, last), inputs: all, shapes: all.map { _ in shape }, outputShape: shape
    ).summed(factors, &sources)
  }
}

extension FlatGraph.Node {
  fileprivate var isConvolution: Bool { if case .convolution = operation { true } else { false } }

  /// Whether it puts zeros beside a tensor, which belong to the convolution that reads them.
  fileprivate var putsZerosBeside: Bool { if case .zeroPadding = operation { true } else { false } }

  /// Whether it is a convolution, or scales channels.
  fileprivate var mayBeInBranch: Bool {
    guard inputs.count == 1, outputs.count == 1 else { return false }
    switch operation {
    case .convolution, .batchNormalization, .rescaling, .channelScaling: return true
    case .function(let function): return function.combinesWithWeight
    default: return false
    }
  }
}

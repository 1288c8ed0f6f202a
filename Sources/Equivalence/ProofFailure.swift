import ModelGraph

/// What is said where a proof ends, and how it goes on from there.
extension Proof {
  /// Notes why a call of the original has no partner, and goes on as if it had one.
  mutating func fail(_ node: FlatGraph.Node, _ failures: [(candidate: Int, mismatch: Mismatch)])
    throws
  {
    let sameName = new.nodes.firstIndex {
      $0.path == node.path && $0.part == node.part && $0.call.number == node.call.number
        && $0.outputs.count == node.outputs.count
    }
    // A layer of the same name that reads something else says more than one of another name that does not fit.
    let others = sameName == nil ? failures : failures.filter { isAdded(new.nodes[$0.candidate]) }
    let failure =
      failures.first { new.nodes[$0.candidate].path == node.path }
      ?? others.min { $0.mismatch.count < $1.mismatch.count }
    var partner = failure?.candidate ?? sameName
    if let mismatch = failure?.mismatch {
      mismatches.append(mismatch)
    } else if let sameName, let added = addedReader(of: node) {
      mismatches.append(.addition(new.nodes[added]))
      partner = sameName
    } else if let sameName {
      mismatches.append(wiringMismatch(node, new.nodes[sameName]))
    } else {
      // A layer that only has another name, and other attributes.
      partner = unmatchedReader(of: node)
      mismatches.append(missing(node, partner))
    }
    guard let partner else { return }
    matched.insert(partner)
    mistaken.insert(partner)
    let likely = try failure?.mismatch.likely ?? likelyRelation(node, new.nodes[partner], failure?.mismatch)
    for (output, other) in zip(node.outputs, new.nodes[partner].outputs) { try relate(output, other, likely) }
  }

  /// How results are related but for an attribute: as the kernels are.
  private mutating func likelyRelation(
    _ node: FlatGraph.Node, _ other: FlatGraph.Node, _ mismatch: Mismatch?
  ) throws -> Relation {
    guard mismatch?.isOfAttribute == true, node.operation.hasKernel,
      node.operation.isSameKind(as: other.operation)
    else { return .identity }
    let step = CallStep(
      pair: pair(node, other), inputs: node.inputs.map { _ in .identity },
      shapes: node.inputs.map { old.tensors[$0].shape },
      outputShapes: node.outputs.map { old.tensors[$0].shape })
    do {
      guard case .channels(var relations) = try step.linear(into: &sources) else { return .identity }
      relations.precision = node.layer.precision
      return .channels(relations)
    } catch is Mismatch {
      return .identity
    }
  }

  /// A call that only the folded model has, of what a call of the original reads.
  private func addedReader(of node: FlatGraph.Node) -> Int? {
    node.inputs.lazy.flatMap { related.inOrder($0) }.flatMap { new.tensors[$0.new].readers.map(\.node) }
      .first { isAdded(new.nodes[$0]) && !isAffine(new.nodes[$0]) }
  }

  /// Whether the original has no such part of such a layer.
  private func isAdded(_ node: FlatGraph.Node) -> Bool {
    !old.nodes.contains { $0.path == node.path && $0.part == node.part }
  }

  private func wiringMismatch(_ node: FlatGraph.Node, _ other: FlatGraph.Node) -> Mismatch {
    let pair = pair(node, other)
    guard other.operation.isSameKind(as: node.operation) else {
      let kinds = [node, other].map { AttributeList($0.operation).kind }
      let classes = ("\(node.layer.className)", "\(other.layer.className)")
      return classes.0 == classes.1
        ? pair.mismatch("operation", kinds[0], kinds[1]) : pair.mismatch("class", classes.0, classes.1)
    }
    func names(_ tensors: [Int], in graph: FlatGraph) -> String {
      tensors.map { tensor in
        graph.tensors[tensor].producer.map { "\(graph.nodes[$0].path)" } ?? "an input of the model"
      }.joined(separator: ", ")
    }
    let (expected, found) = (
      names(node.inputs + node.controls, in: old), names(other.inputs + other.controls, in: new)
    )
    return expected == found
      ? pair.mismatch("what it reads of \(expected)", "what is the same", "something else")
      : pair.mismatch("what it reads", expected, found)
  }

  private func unmatchedReader(of node: FlatGraph.Node) -> Int? {
    guard let input = node.inputs.first else { return nil }
    let readers = related.inOrder(input).flatMap { new.tensors[$0.new].readers.map(\.node) }
    let names = Set(old.nodes.map(\.path))
    return readers.first {
      !matched.contains($0) && !names.contains(new.nodes[$0].path)
        && new.nodes[$0].outputs.count == node.outputs.count
    }
  }

  private func missing(_ node: FlatGraph.Node, _ partner: Int?) -> Mismatch {
    guard let partner else {
      var mismatch = Mismatch.attribute("layer", "a \(node.layer.className)", "no layer in its place", of: -1)
      mismatch.oldLayer = node.path
      // Layers that belong to none of the original may be its place, in a way that bnfold does not know.
      let strangers = new.nodes.indices.contains { !matched.contains($0) && !isAffine(new.nodes[$0]) }
      mismatch.isDifference = !strangers
      return mismatch
    }
    var mismatch = wiringMismatch(node, new.nodes[partner])
    if new.nodes[partner].operation.isSameKind(as: node.operation) {
      do throws(Mismatch) {
        try pair(node, new.nodes[partner]).requireSameAttributes()
        mismatch.isDifference = false
      } catch {
        mismatch = error
      }
    } else {
      mismatch.isDifference = false
    }
    return mismatch
  }

  private func isAffine(_ node: FlatGraph.Node) -> Bool {
    switch node.operation {
    case .batchNormalization, .identity: true
    case .function(let function): function.combinesWithWeight
    default: false
    }
  }

  /// All mismatches by the layer that is at fault, most important first.
  var differences: [Difference] {
    mismatches.isEmpty ? [] : Blame(hints + mismatches, new: new).differences
  }
}

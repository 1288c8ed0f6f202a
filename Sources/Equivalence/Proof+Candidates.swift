import ModelGraph

/// Which calls of the folded model a call of the original may be.
extension Proof {
  /// Calls of the folded model that read what is related to what a call of the original reads.
  func candidates(for node: FlatGraph.Node) throws -> [Int] {
    var found: [Int] = []
    if let first = node.inputs.first {
      for (tensor, _) in related.inOrder(first) {
        found += new.tensors[tensor].readers.filter { $0.input == 0 || node.operation.isCommutative }
          .map(\.node)
      }
      if node.operation.isCommutative { found = found.inOrderOnce }
    } else {
      found = try constants.candidates(for: node, models.old.weights)
    }
    let fitting = found.filter { index in
      let other = new.nodes[index]
      return other.inputs.count == node.inputs.count && other.controls.count == node.controls.count
        && other.outputs.count == node.outputs.count && other.operation.isSameKind(as: node.operation)
        && partners(of: node, in: other) != nil
        && zip(node.controls, other.controls).allSatisfy {
          related.relation(of: $0, to: $1)?.isIdentity == true
        }
    }
    return fitting.filter { new.nodes[$0].path == node.path }
      + fitting.filter { new.nodes[$0].path != node.path }
  }

  /// More inputs than these are only taken in their order.
  private static let mostInAnyOrder = 64

  /// The relation of each input to one of another call's: that at its place, or any other where their order does not matter.
  func partners(of node: FlatGraph.Node, in other: FlatGraph.Node) -> [Relation]? {
    let known = zip(node.inputs, other.inputs).compactMap { related.relation(of: $0, to: $1) }
    let inOrder = known.count == node.inputs.count ? known : nil
    guard node.operation.isCommutative, node.inputs.count <= Self.mostInAnyOrder,
      inOrder?.allSatisfy(\.isIdentity) != true
    else { return inOrder }
    return partners(of: node, in: other) { $0.isIdentity } ?? inOrder
      ?? partners(of: node, in: other) { _ in true }
  }

  /// The relation of each input to another input of another call.
  private func partners(
    of node: FlatGraph.Node, in other: FlatGraph.Node, where isWanted: (Relation) -> Bool
  ) -> [Relation]? {
    var free = other.inputs
    var partners: [Relation] = []
    for input in node.inputs {
      // Those that are the same come first.
      let wanted = related.inOrder(input).filter { isWanted($0.relation) && free.contains($0.new) }
      guard let found = wanted.first, let place = free.firstIndex(of: found.new) else { return nil }
      free.remove(at: place)
      partners.append(found.relation)
    }
    return partners
  }
}

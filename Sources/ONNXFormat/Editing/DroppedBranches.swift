import Bytes

/// Nodes that are taken out together with what they give, as a branch that another one has taken in.
///
/// What other nodes that are taken out give is what they read, from then on; what these give is nothing any more. One whose result
/// is read otherwise, for its sizes, is as the others.
struct DroppedBranches {
  /// The inputs that sums lose, by the sum's number.
  let terms: [Int: Set<Int>]
  /// The nodes of the branches.
  private(set) var nodes: Set<Int> = []
  /// The names of what they give.
  private(set) var names: Set<ByteString> = []

  /// - Parameters:
  ///   - all: the nodes of the graph before.
  ///   - terms: the inputs that sums lose, by the sum's number.
  ///   - removed: all nodes that are taken out, in their order.
  ///   - readings: of the model before.
  init(of all: [ONNXNode], terms: [Int: Set<Int>], removed: [Int], readings: NameReadings) {
    self.terms = terms
    for (node, places) in terms {
      let inputs = all[node].inputs
      names.formUnion(places.filter(inputs.indices.contains).map { inputs[$0] }.filter { readings[$0] == 1 })
    }
    guard !names.isEmpty else { return }
    var givenByRemoved: Set<ByteString> = []
    for node in removed where terms[node] == nil {
      givenByRemoved.formUnion(all[node].outputs)
    }
    for node in removed.reversed() where terms[node] == nil {
      guard let output = all[node].outputs.first, names.contains(output) else { continue }
      nodes.insert(node)
      // A batch normalization in other words is several nodes; what it reads is read by the convolution as well.
      names.formUnion(
        all[node].inputs.filter { givenByRemoved.contains($0) && readings[$0] == 1 })
    }
  }

  /// The names of the inputs that a node has left.
  func inputs(leftOf number: Int, _ node: ONNXNode) -> [ByteString] {
    let dropped = terms[number] ?? []
    return node.inputs.indices.filter { !dropped.contains($0) }.map { node.inputs[$0] }
  }
}

import Bytes
import ModelGraph

/// Layers that no output depends on.
extension Proof {
  /// Those of the folded model that are not the original's, in the order of the data, once the outputs are proven.
  ///
  /// They are compared as all others are, and without effect. A layer that is gone cannot be wrong; a constant that no call reads
  /// is a weight of the layers that compute with it.
  ///
  /// - Throws: what the stores of the models throw.
  mutating func unreadDifferences() throws -> [ByteString] {
    // Nothing was walked of a model with code of its own, which is compared as a whole.
    guard models.old.graph.obstacle == nil else { return [] }
    let isNeeded = (Set(old.neededNodes()), Set(new.neededNodes()))
    for (index, node) in old.nodes.enumerated() where !isNeeded.0.contains(index) { try visit(node) }
    let suspects = Set(mismatches.flatMap(\.suspects))
    let (known, same) = (related.known, related.identical)
    let graph = models.new.graph
    // Operators that are taken together with others, such as Reshapes, are nodes that nothing reads.
    let joined = graph.isOperatorGraph ? Set(graph.neededCalls.map { graph.calls[$0].layer }) : []
    return new.nodes.indices.filter { index in
      let node = new.nodes[index]
      if hidden.layersWithUnreadDifferences.contains(node.layerNumber) { return true }
      guard !isNeeded.1.contains(index), !node.operation.isConstant, !joined.contains(node.call.layer) else {
        return false
      }
      return mistaken.contains(index) || suspects.contains(node.layerNumber)
        || node.outputs.contains { output in
          !known.contains(output) || new.tensors[output].readers.isEmpty && !same.contains(output)
        }
    }.map { new.nodes[$0].path }.inOrderOnce
  }
}

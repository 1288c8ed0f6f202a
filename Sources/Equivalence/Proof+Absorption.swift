import Bytes
import ModelGraph

/// Layers of the original that the folded model need not have.
extension Proof {
  /// Relates what a layer gives to what the folded model has of what it reads.
  mutating func absorb(_ node: FlatGraph.Node) throws {
    guard node.inputs.count == 1, node.outputs.count == 1 else { return }
    let before = related.inOrder(node.inputs[0])
    if case .identity = node.operation, node.call.training != true, !node.call.hasUnknownArguments {
      for (tensor, relation) in before where new.precision(of: tensor) == node.layer.precision {
        try relate(node.outputs[0], tensor, relation)
      }
      return
    }
    let shape = old.tensors[node.inputs[0]].shape
    switch node.operation {
    case .reshape(let reshape):
      return reshape == .flattenWithChannelsLast ? () : try relateOtherShapes(of: node)
    case .transpose(let transposition): return try relateOtherOrders(of: node, transposition, before)
    default: break
    }
    // A function computes in the type of what it is given, and ends masks.
    guard !node.layer.isFunction || !hasMasks && old.precision(of: node.inputs[0]) == node.layer.precision
    else {
      return
    }
    guard let affine = try ChannelAffine(of: node, input: shape, from: models.old.weights) else { return }
    var found: [(new: Int, relation: Relation)] = []
    for (tensor, relation) in before {
      var step = ChannelAffineStep(
        affine: affine, relation: relation, precision: node.layer.precision, shape: shape,
        arithmetic: arithmetic, isChanged: true)
      guard var result = step.inOriginal() else { continue }
      if relation.isIdentity, !result.isIdentity {
        step.constants = try deadChannels(node.inputs[0], tensor)
        if !step.constants.isEmpty { result = step.inOriginal() ?? result }
      }
      guard keepsPrecision(result, of: tensor, node.layer.precision) else { continue }
      found.append((tensor, result))
    }
    // What is the same somewhere is shifted elsewhere by what both models have in between.
    guard related[node.outputs[0]].isEmpty, !found.contains(where: \.relation.isIdentity) else {
      return try relate(node.outputs[0], found)
    }
    for index in found.indices {
      guard let stray = found[index].relation.channels?.strayShift(arithmetic, sources) else { continue }
      mismatches.append(stray)
      found[index].relation = .identity
    }
    try relate(node.outputs[0], found)
  }

  /// Whether a tensor that is the same without a layer as with it, is rounded in the same way.
  private func keepsPrecision(_ relation: Relation, of tensor: Int, _ precision: ByteString) -> Bool {
    !relation.isIdentity || new.precision(of: tensor) == precision
  }
}

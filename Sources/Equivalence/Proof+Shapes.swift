import Elements
import ModelGraph

/// Tensors with the same elements in the same order, in other shapes.
extension Proof {
  /// Relates what a change of shape gives in the original to tensors of that shape which the folded model makes of the same elements
  /// in another way: of what is related to what it reads, or to that in other shapes.
  ///
  /// - Parameter node: a change of shape that leaves the elements in their order.
  mutating func relateOtherShapes(of node: FlatGraph.Node) throws {
    let others = old.tensors[node.inputs[0]].readers.map { old.nodes[$0.node] }.filter(\.changesShapeOnly)
    for other in others where other.outputs != node.outputs {
      // No output may need it, so that it has not been met.
      if related[other.outputs[0]].isEmpty { try relate(other, toShapesOf: node.inputs[0]) }
      try relate(node, toShapesOf: other.outputs[0])
    }
    try relate(node, toShapesOf: node.inputs[0])
  }

  /// - Parameter source: a tensor of the original with the elements that the node gives.
  private mutating func relate(_ node: FlatGraph.Node, toShapesOf source: Int) throws {
    guard let shape = old.tensors[source].shape, let result = old.tensors[node.outputs[0]].shape else {
      return
    }
    for (tensor, relation) in related.inOrder(source)
    where new.precision(of: tensor) == node.layer.precision {
      guard let moved = relation.reshaped(from: shape, to: result) else { continue }
      for other in tensorsInOtherShapes(than: tensor) {
        guard new.tensors[other].shape?.isSame(as: result) == true else { continue }
        try relate(node.outputs[0], other, moved)
      }
    }
  }

  /// Tensors of the folded model with the elements of one of them, that one included.
  private func tensorsInOtherShapes(than tensor: Int) -> [Int] {
    func reshaped(_ tensor: Int) -> [Int] {
      new.tensors[tensor].readers.map { new.nodes[$0.node] }.filter(\.changesShapeOnly).map { $0.outputs[0] }
    }
    var tensors = [tensor] + reshaped(tensor)
    if let producer = new.tensors[tensor].producer.map({ new.nodes[$0] }), producer.changesShapeOnly {
      tensors += [producer.inputs[0]] + reshaped(producer.inputs[0])
    }
    return tensors
  }
}

extension Proof {
  /// Relates what a permutation of axes gives in the original to tensors of which the folded model makes the same in one step, or
  /// that have had this order.
  mutating func relateOtherOrders(
    of node: FlatGraph.Node, _ transposition: Transposition, _ before: [(new: Int, relation: Relation)]
  ) throws {
    guard let rank = old.tensors[node.inputs[0]].shape?.count, let order = transposition.order(rank: rank)
    else { return }
    for (tensor, relation) in before where new.precision(of: tensor) == node.layer.precision {
      guard let producer = new.tensors[tensor].producer.map({ new.nodes[$0] }),
        let first = producer.permutation(rank: rank), let moved = relation.permuted(by: order)
      else { continue }
      let joined = order.map { first[$0] }
      let source = producer.inputs[0]
      if joined.elementsEqual(0..<rank) { try relate(node.outputs[0], source, moved) }
      for reader in new.tensors[source].readers where new.nodes[reader.node].permutation(rank: rank) == joined
      {
        try relate(node.outputs[0], new.nodes[reader.node].outputs[0], moved)
      }
    }
  }
}

extension FlatGraph.Node {
  /// The axis of what it reads that each axis of what it gives is; nil for anything but a permutation.
  fileprivate func permutation(rank: Int) -> [Int]? {
    guard case .transpose(let transposition) = operation, inputs.count == 1, outputs.count == 1 else {
      return nil
    }
    return transposition.order(rank: rank)
  }

  /// Whether it gives the elements that it reads in their order.
  fileprivate var changesShapeOnly: Bool {
    guard case .reshape(let reshape) = operation else { return false }
    return inputs.count == 1 && outputs.count == 1 && reshape != .flattenWithChannelsLast
  }
}

extension Relation {
  /// The relation of tensors in another shape; nil where it is not along the same axis as before, counted from the end.
  fileprivate func reshaped(from shape: PartialShape, to other: PartialShape) -> Relation? {
    guard case .channels(var channels) = self else { return self }
    guard let axis = channels.axis.index(rank: shape.count),
      let place = ReshapedChannels.axis(of: axis, in: shape, reshapedTo: other)
    else { return nil }
    channels.axis = .fromFront(place)
    return .channels(channels)
  }

  /// The relation of tensors with their axes in another order; nil where the samples would be along the channels' axis.
  fileprivate func permuted(by order: [Int]) -> Relation? {
    guard case .channels(var channels) = self else { return self }
    guard let axis = channels.axis.index(rank: order.count), let place = order.firstIndex(of: axis), place > 0
    else { return nil }
    channels.axis = .fromFront(place)
    return .channels(channels)
  }
}

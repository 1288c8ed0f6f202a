import Elements
import ModelGraph

/// Sums that read each other and that nothing else reads, as one sum of many terms.
struct SumTree {
  /// A tensor that is added, or subtracted.
  struct Term {
    let tensor: Int
    /// 1, or -1 for one that is subtracted.
    let sign: Double
    /// The node that adds it, and as which of its inputs.
    let place: TensorGraph.Reader
  }

  private(set) var terms: [Term] = []
  /// The nodes, the last one first.
  private(set) var nodes: [Int] = []

  /// Sums that are looked at, so that the search stays linear in the number of layers.
  private static let largestTree = 32

  /// The tree that a tensor is a term of.
  ///
  /// - Returns: nil where the tensor has another reader than a sum, or several.
  init?(around tensor: Int, in model: RewritableModel) {
    var root: Int?
    var current = tensor
    for _ in 0..<Self.largestTree {
      guard let reader = Self.onlyReader(of: current, in: model), model.adds(reader) else { break }
      root = reader
      current = model.graph.nodes[reader].outputs[0]
    }
    guard let root else { return nil }
    add(root, sign: 1, in: model)
  }

  private mutating func add(_ node: Int, sign: Double, in model: RewritableModel) {
    nodes.append(node)
    let place = model.graph.nodes[node]
    for (input, tensor) in place.inputs.enumerated() {
      let own = model.subtracts(node) && input == 1 ? -sign : sign
      let producer = model.graph.tensors[tensor].producer
      if nodes.count < Self.largestTree, Self.onlyReader(of: tensor, in: model) == node, model.adds(producer)
      {
        add(producer, sign: own, in: model)
      } else {
        terms.append(Term(tensor: tensor, sign: own, place: TensorGraph.Reader(node: node, input: input)))
      }
    }
  }

  private static func onlyReader(of tensor: Int, in model: RewritableModel) -> Int? {
    let tensor = model.graph.tensors[tensor]
    return tensor.obstacle == nil && tensor.readers.count == 1 ? tensor.readers[0].node : nil
  }
}

extension RewritableModel {
  /// Whether a node adds or subtracts tensors, and does nothing else.
  fileprivate func adds(_ node: Int) -> Bool {
    let place = graph.nodes[node]
    let layer = layer(place.address)
    guard place.outputs.count == 1, place.inputs.count > 1, layer.wrapped.isEmpty, !layer.isQuantized,
      layer.configuration == nil, graph.nodesOfLayer[place.address]?.count == 1,
      place.call.training != true, !place.call.hasUnknownArguments, place.call.controls.isEmpty
    else { return false }
    return layer.operation.isSum
  }

  /// Whether it subtracts its second input.
  func subtracts(_ node: Int) -> Bool {
    layer(graph.nodes[node].address).operation.canonical == .merge(.subtract)
  }

  /// Whether a sum may lose a term: one from which another is subtracted has to stay.
  func mayLose(_ term: SumTree.Term) -> Bool { !(subtracts(term.place.node) && term.place.input == 0) }

  /// - Throws: `Refusal` where the terms of a sum are not all tensors of one shape.
  func requireOneShape(_ tree: SumTree, alongAxis axis: Int) throws(Refusal) {
    for node in tree.nodes {
      let place = graph.nodes[node]
      let shapes = place.inputs.map { graph.tensors[$0].shape }
      guard let first = shapes[0], shapes.allSatisfy({ $0 == first }) else {
        throw Refusal(.branch, "the terms of \(place.path) are not known to be of one shape")
      }
      try constraints.check(sumOf: shapes, alongAxis: axis, at: place.path)
    }
  }
}

extension Operation {
  /// Whether it adds all of its inputs, or subtracts one from another.
  fileprivate var isSum: Bool {
    switch canonical {
    case .merge(.add), .merge(.subtract): return true
    case .tensor(let operation):
      guard case .sum = operation.kind else { return false }
      return operation.operands == operation.operands.indices.map { .tensor($0) }
    default: return false
    }
  }

  /// The same with one input less; the last one that is left makes it superfluous.
  var withOneTermLess: Operation {
    guard case .tensor(var operation) = self else { return self }
    operation.operands.removeLast()
    return .tensor(operation)
  }
}

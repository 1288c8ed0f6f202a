import Elements
import ModelGraph

/// A sum of tensors by sums that read each other.
struct BranchSum {
  /// A tensor that is added, or subtracted.
  struct Term: Equatable {
    let tensor: Int
    /// 1, or -1 for one that is subtracted.
    let sign: Double
  }

  private(set) var terms: [Term] = []
  /// The nodes that add.
  private(set) var nodes: [Int] = []

  /// Terms and sums beyond which a sum is not followed.
  private static let most = 64

  /// - Parameters:
  ///   - tensor: what the last of the sums gives, or anything else, which is a sum of one term.
  ///   - graph: the graph that it is in.
  ///   - isTerm: whether a tensor is not followed, though a sum gives it.
  /// - Returns: nil for too many terms, and for terms that are not known to be of one shape.
  init?(_ tensor: Int, in graph: FlatGraph, isTerm: (Int) -> Bool) {
    guard add(tensor, 1, graph, isRoot: true, isTerm), let shape = graph.tensors[tensor].shape,
      terms.allSatisfy({ graph.tensors[$0.tensor].shape == shape }),
      terms.allSatisfy({ graph.tensors[$0.tensor].precision == graph.tensors[tensor].precision })
    else { return nil }
  }

  private mutating func add(
    _ tensor: Int, _ sign: Double, _ graph: FlatGraph, isRoot: Bool, _ isTerm: (Int) -> Bool
  ) -> Bool {
    guard terms.count + nodes.count < Self.most else { return false }
    guard isRoot || !isTerm(tensor), let producer = graph.tensors[tensor].producer,
      let signs = graph.nodes[producer].signsOfTerms
    else {
      terms.append(Term(tensor: tensor, sign: sign))
      return true
    }
    nodes.append(producer)
    let shape = graph.tensors[tensor].shape
    return zip(graph.nodes[producer].inputs, signs).allSatisfy { input, factor in
      graph.tensors[input].shape == shape && add(input, sign * factor, graph, isRoot: false, isTerm)
    }
  }
}

extension FlatGraph.Node {
  /// Whether it is added or subtracted, for each input; nil for anything but a sum.
  var signsOfTerms: [Double]? {
    guard outputs.count == 1, inputs.count > 1, isPlain else { return nil }
    switch operation.canonical {
    case .merge(.add): return inputs.map { _ in 1 }
    case .merge(.subtract): return inputs.count == 2 ? [1, -1] : nil
    case .tensor(let operation):
      guard case .sum = operation.kind, operation.operands == inputs.indices.map({ .tensor($0) }) else {
        return nil
      }
      return inputs.map { _ in 1 }
    default: return nil
    }
  }

  /// Whether its operation says all that it does.
  var isPlain: Bool {
    !isTimeDistributed && call.training != true && !call.hasUnknownArguments && controls.isEmpty
      && layer.configuration == nil
  }
}

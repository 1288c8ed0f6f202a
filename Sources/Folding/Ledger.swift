import ModelGraph
import Tensor

/// What became of each batch normalization of a model.
public struct Ledger: Sendable {
  public var entries: [Entry] = []

  public init(entries: [Entry] = []) { self.entries = entries }

  /// One batch normalization.
  public struct Entry: Sendable {
    /// The name, with the models around it: `backbone/bn1`.
    public let layer: ByteString
    public let outcome: Outcome

    public init(layer: ByteString, outcome: Outcome) {
      self.layer = layer
      self.outcome = outcome
    }
  }

  /// What became of it.
  public enum Outcome: Sendable, Equatable {
    /// Its effect is now in another layer's weights.
    case folded(into: ByteString, rule: String, across: [ByteString])
    case kept(Refusal)
  }

  public var folded: [Entry] { entries.filter { if case .folded = $0.outcome { true } else { false } } }

  public var kept: [Entry] { entries.filter { if case .kept = $0.outcome { true } else { false } } }
}

/// A layer that took in batch normalizations, for checking.
public struct Fold: Sendable {
  /// Addresses in the original graph.
  public let producer: LayerAddress
  /// The batch normalizations that it took in, in the order in which they are applied.
  public var batchNormalizations: [LayerAddress]
  /// The shape of the producer's input, as far as it is known, without a wrapper's time axis.
  public let inputShape: PartialShape?
}

/// A complete plan: nothing of the model has been changed by making it.
public struct FoldPlan: Sendable {
  public let ledger: Ledger
  public let folds: [Fold]
  /// The graph with the folded weights (not yet computed) and without the folded layers.
  public let graph: Graph
}

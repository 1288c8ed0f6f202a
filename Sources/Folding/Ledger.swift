import Bytes
import ModelGraph

/// What became of each batch normalization of a model.
public struct Ledger: Sendable, Codable {
  public var entries: [Entry] = []

  public init(entries: [Entry] = []) { self.entries = entries }

  /// One batch normalization.
  public struct Entry: Sendable, Codable {
    /// The name, with the models around it: `backbone/bn1`.
    public let layer: ByteString
    public let outcome: Outcome

    public init(layer: ByteString, outcome: Outcome) {
      self.layer = layer
      self.outcome = outcome
    }
  }

  /// What became of it.
  public enum Outcome: Sendable, Equatable, Codable {
    /// Its effect is now in other layers' weights.
    ///
    /// - `into`: the layers that took it in.
    /// - `rule`: the names of the rules, joined by `+`.
    /// - `across`: the layers without weights in between.
    /// - `compensated`: layers beside them whose weights make up for the change of what they read or give.
    case folded(into: [ByteString], rule: String, across: [ByteString], compensated: [ByteString] = [])
    /// The first obstacle backwards, and that forwards where it is another one.
    case kept(Refusal, forwards: Refusal? = nil)
  }

  public var folded: [Entry] { entries.filter { if case .folded = $0.outcome { true } else { false } } }

  public var kept: [Entry] { entries.filter { if case .kept = $0.outcome { true } else { false } } }
}

/// A complete plan: nothing of the model has been changed by making it.
public struct FoldPlan: Sendable {
  public let ledger: Ledger
  /// The graph with the folded weights (not yet computed) and without the folded layers.
  public let graph: Graph
  /// The addresses of the folded layers in the original graph.
  public let removed: Set<LayerAddress>
  /// How many convolutions, and tensors themselves, others beside them have taken in.
  public let mergedBranches: Int
}

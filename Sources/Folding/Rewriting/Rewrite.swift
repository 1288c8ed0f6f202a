import Bytes
import ModelGraph

/// All that has to change in a model so that one batch normalization can be taken out.
struct Rewrite {
  /// The batch normalization.
  let target: LayerAddress
  /// The layers whose weights change, as they shall be.
  let changes: [LayerAddress: Layer]
  /// The layers that take in the effect.
  let into: [LayerAddress]
  /// Layers beside them, whose weights make up for the change of what they read or give.
  var beside: [LayerAddress] = []
  /// The rules that were used, each once, in order.
  let rules: [String]
  /// The layers without weights that the effect has passed.
  let across: [LayerAddress]
  /// The term of a sum that vanishes with it; nil where what it gives is what it reads, from then on.
  var droppedTerm: TensorGraph.Reader?
  /// The layers between the batch normalization and the sum.
  var droppedLayers: [LayerAddress] = []

  /// What the ledger says of it.
  func outcome(in graph: Graph) -> Ledger.Outcome {
    func names(_ addresses: [LayerAddress]) -> [ByteString] { addresses.map { graph.path(of: $0) } }
    return .folded(
      into: names(into), rule: (rules.isEmpty ? [ThroughIdentity.name] : rules).joined(separator: "+"),
      across: names(across), compensated: names(beside))
  }
}

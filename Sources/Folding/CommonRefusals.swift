import Bytes
import ModelGraph

// Conditions that hold for the layer right before as for those further away.

extension Refusal {
  /// - Parameter name: the layer's, or `it` for the batch normalization.
  static func unknownArguments(of name: ByteString) -> Refusal {
    Refusal(.opaqueLayer, "\(name) is called with arguments that bnfold does not understand")
  }
}

extension Layer {
  /// - Throws: `Refusal` for a layer that computes in another precision than a batch normalization.
  func requirePrecision(of normalization: Layer) throws(Refusal) {
    let (own, other) = (core.precision, normalization.core.precision)
    guard own != other else { return }
    throw Refusal(
      .precisionPolicy, "it computes in \(other) and \(name) in \(own), so that the rounding would move")
  }
}

extension FoldingRules {
  /// - Throws: `Refusal` for a rule that may not be used.
  func require(_ rule: String) throws(Refusal) {
    guard allows(rule) else { throw Refusal(.skipped, "the rule \(rule) is left out") }
  }
}

extension Graph {
  /// Why nothing inside a model of this graph may change: its calls have arguments of their own.
  func argumentObstacle(ofModel index: Int) -> Refusal? {
    guard calls.contains(where: { $0.layer == index && ($0.training == true || $0.hasUnknownArguments) })
    else { return nil }
    return Refusal(
      .trainingMode,
      "the model \(layers[index].name) is called with arguments of its own, such as training=True")
  }
}

import Bytes
import ModelGraph

// Conditions that hold for the layer right before as for those further away.

extension Refusal {
  /// - Parameter name: the layer's, or `it` for the batch normalization.
  static func unknownArguments(of name: ByteString) -> Refusal {
    Refusal(.opaqueLayer, "\(name) is called with arguments that bnfold does not understand")
  }
}

extension Refusal {
  static func quantized(_ layer: Layer) -> Refusal {
    Refusal(.quantized, "\(layer.name) (\(layer.className)) rounds its values, or gives such")
  }

  /// Why a layer whose weights are tensors cannot take a map; nil where there is nothing to say of them.
  ///
  /// - Parameter sources: the layers that give what it reads, in order.
  static func weights(of layer: Layer, from sources: [Layer]) -> Refusal? {
    let hasWeights =
      if case .tensor(let operation) = layer.operation, case .layer = operation.kind { true } else { false }
    guard hasWeights || layer.isOpaque else { return nil }
    for source in sources.dropFirst() {
      if source.isReplaceable, hasWeights {
        return Refusal(
          .overridable,
          "the caller may replace \(source.name), a weight of \(layer.name), which is an input of the graph")
      }
      if source.isQuantized { return quantized(source) }
    }
    return nil
  }
}

extension Graph {
  /// The layers that give what a call reads, in order.
  func sources(of call: Call) -> [Layer] { call.inputs.map { layers[calls[$0.call].layer] } }
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

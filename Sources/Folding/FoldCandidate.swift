import Bytes
import ModelGraph

/// A batch normalization that a plan has to say something about.
struct FoldCandidate {
  /// The name, with the models around it: `backbone/bn1`.
  let path: ByteString
  /// Where its layer is; nil inside layers that are not looked into.
  let address: LayerAddress?
  /// Why it may not be folded, whatever is around it.
  let obstacle: Refusal?

  /// All batch normalizations of a model: graphs from the outermost inwards, each in the order of the data.
  ///
  /// - Parameter others: the last layers of those in other words.
  static func all(of graph: Graph, others: Set<LayerAddress>) -> [FoldCandidate] {
    all(of: graph, others: others, prefix: [], path: "", obstacle: nil)
  }

  /// - Parameters:
  ///   - prefix: the address of the layer that holds the graph.
  ///   - path: the names of the models around it, with a slash at the end.
  ///   - obstacle: why nothing in it may be folded.
  private static func all(
    of graph: Graph, others: Set<LayerAddress>, prefix: [Int], path: ByteString, obstacle: Refusal?
  ) -> [FoldCandidate] {
    let obstacle = graph.rewritingRefusal ?? obstacle
    var candidates: [FoldCandidate] = []
    for call in graph.calls where call.number == 0 {
      let layer = graph.layers[call.layer]
      let own = path + layer.name
      candidates += layer.hiddenBatchNormalizations.map {
        $0 == layer.name
          ? FoldCandidate(
            path: own, address: nil,
            obstacle: Refusal.weights(of: layer, from: graph.sources(of: call)) ?? carried(layer))
          : FoldCandidate(path: own + "/" + $0, address: nil, obstacle: hidden(in: layer))
      }
      if let body = layer.core.body {
        candidates += all(
          of: body, others: others, prefix: prefix + [call.layer], path: own + "/",
          obstacle: graph.argumentObstacle(ofModel: call.layer) ?? obstacle)
      }
      let address = LayerAddress(prefix + [call.layer])
      if layer.core.isBatchNormalization || others.contains(address) {
        candidates.append(FoldCandidate(path: own, address: address, obstacle: obstacle))
      }
    }
    return candidates
  }

  /// A batch normalization that is a layer itself, of which not all is known.
  private static func carried(_ layer: Layer) -> Refusal {
    if case .opaque(let why) = layer.operation { return Refusal(.opaqueLayer, why) }
    return Refusal(.opaqueLayer, "not all of its weights are constants")
  }

  private static func hidden(in layer: Layer) -> Refusal {
    var reason = "it is inside \(layer.name) (\(layer.className))"
    if case .opaque(let why) = layer.operation { reason += ": \(why)" }
    return Refusal(.opaqueLayer, reason)
  }
}

extension Graph {
  /// Why nothing in it may be rewritten; nil where it may.
  var rewritingRefusal: Refusal? {
    obstacle.map { Refusal(.opaqueLayer, $0) } ?? rewritingObstacle.map { Refusal(.sharedLayer, $0) }
  }
}

extension Layer {
  fileprivate var isBatchNormalization: Bool {
    if case .batchNormalization = operation { true } else { false }
  }
}

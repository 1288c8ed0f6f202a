import Bytes
import ModelGraph

/// A batch normalization that may be calibrated.
struct Candidate {
  let address: LayerAddress
  /// Why its statistics cannot be estimated.
  let obstacle: String?
  /// Why training would not change them, which is no reason not to do it if the user wants it.
  let rest: String?

  /// Every batch normalization of a model, in the order in which its graphs list them.
  static func all(of graph: Graph) -> [Candidate] { all(of: graph, prefix: [], around: Surroundings()) }

  /// What holds for all layers inside a model.
  private struct Surroundings {
    var obstacle: String?
    var rest: String?
    /// A layer that is not run, which data have to pass on their way to the model.
    var barrier: ByteString?
  }

  private static func all(of graph: Graph, prefix: [Int], around outer: Surroundings) -> [Candidate] {
    let barriers = barriers(in: graph, below: outer.barrier)
    let callsByLayer = Dictionary(grouping: graph.calls, by: \.layer)
    return graph.layers.indices.flatMap { index -> [Candidate] in
      let layer = graph.layers[index]
      let address = LayerAddress(prefix + [index])
      let calls = callsByLayer[index] ?? []
      var inner = outer
      inner.barrier = barriers[index]
      if !layer.wrapped.isEmpty {
        inner.obstacle =
          inner.obstacle
          ?? "it is inside \(layer.className), where releases of the framework take different statistics"
      }
      if !calls.isEmpty, calls.allSatisfy({ $0.training == false }) {
        inner.rest = inner.rest ?? "it is called with training=False"
      }
      if case .batchNormalization(let normalization) = layer.core.operation {
        let barrier = inner.barrier.map { "it is after \($0), which bnfold does not run" }
        return [
          Candidate(
            address: address,
            obstacle: inner.obstacle ?? barrier ?? obstacle(layer.core, normalization, calls),
            rest: inner.rest ?? (layer.trainable ? nil : "it is frozen (trainable=False)"))
        ]
      }
      guard let body = layer.core.body else { return [] }
      inner.obstacle = inner.obstacle ?? body.rewritingObstacle
      if body.isConditional {
        inner.obstacle = inner.obstacle ?? "it is in \(layer.name), which runs for some of the data only"
      }
      if let stop = body.layerThatIsNotRun {
        inner.obstacle =
          inner.obstacle ?? "it is in \(layer.name) together with \(stop), which bnfold does not run"
      }
      return all(of: body, prefix: prefix + [index], around: inner)
    }
  }

  /// For each layer, the first one that is not run on the way to any of its calls.
  private static func barriers(in graph: Graph, below outer: ByteString?) -> [ByteString?] {
    var ofLayer = [ByteString?](repeating: nil, count: graph.layers.count)
    var behindCall = [ByteString?](repeating: outer, count: graph.calls.count)
    for (index, call) in graph.calls.enumerated() {
      let layer = graph.layers[call.layer]
      let before = call.inputs.lazy.compactMap { behindCall[$0.call] }.first ?? outer
      ofLayer[call.layer] = ofLayer[call.layer] ?? before
      behindCall[index] = before ?? (layer.isNotRun ? layer.name : nil)
    }
    return ofLayer
  }

  private static func obstacle(
    _ layer: Layer, _ normalization: BatchNormalization, _ calls: [Call]
  ) -> String? {
    if let obstacle = normalization.obstacle { return obstacle }
    if normalization.renormalizes {
      return "it uses batch renormalization (renorm), whose training statistics bnfold does not compute"
    }
    if calls.contains(where: { !$0.controls.isEmpty }) {
      return "it is given a mask, by which training leaves out part of the data"
    }
    if calls.contains(where: \.hasUnknownArguments) {
      return "it is called with arguments that bnfold does not understand"
    }
    guard let mean = layer.variable(.movingMean), let variance = layer.variable(.movingVariance),
      mean.shape == variance.shape, mean.shape.count == 1, mean.elementType.isFloatingPoint,
      variance.elementType.isFloatingPoint
    else { return "it has no moving mean and variance of one number a channel" }
    return nil
  }
}

extension Layer {
  /// Whether it, or something in it, is a layer that is only carried.
  fileprivate var isNotRun: Bool { core.isOpaque || core.body?.layerThatIsNotRun != nil }
}

extension Graph {
  /// The first layer that is only carried, at any depth; the graph itself if its class is not known.
  fileprivate var layerThatIsNotRun: ByteString? {
    obstacle != nil ? name : layers.first { $0.isNotRun }?.name
  }
}

import ModelGraph
import Tensor

/// Which batch normalizations of a model are calibrated, and why the others stay as they are.
struct CalibratedLayers {
  /// Those that are, in the order in which their graphs list them.
  private(set) var chosen: [LayerAddress] = []
  /// Those that are not.
  private(set) var kept: [CalibrationReport.KeptLayer] = []
  private var isChosen: Set<LayerAddress> = []

  func contains(_ address: LayerAddress) -> Bool { isChosen.contains(address) }

  /// - Parameters:
  ///   - graph: the model.
  ///   - patterns: which ones are wanted; nil for all that training would change.
  /// - Throws: `CalibrationError` where one that is wanted by its name cannot be calibrated, or none is left.
  init(of graph: Graph, matching patterns: [LayerPattern]?) throws(CalibrationError) {
    var unused = Set(patterns ?? [])
    graph.forEachGraph { inner, prefix in
      for (index, layer) in inner.layers.enumerated() {
        let path = graph.path(of: LayerAddress(prefix + [index]))
        for name in layer.hiddenBatchNormalizations {
          kept.append(
            .init(layer: path + "/" + name, reason: "it is inside \(layer.name), which bnfold does not run"))
        }
      }
    }
    for (address, obstacle) in Self.all(of: graph) {
      let (layer, path) = (graph[address], graph.path(of: address))
      let fitting = (patterns ?? []).filter { $0.matches(path) }
      unused.subtract(fitting)
      if patterns != nil, fitting.isEmpty {
        kept.append(
          .init(layer: path, reason: "it is not among the layers that are wanted", isUnwanted: true))
      } else if let obstacle {
        guard !fitting.contains(where: { $0.text == path }) else {
          throw CalibrationError(.notCalibrated(obstacle), layer: path)
        }
        kept.append(.init(layer: path, reason: obstacle))
      } else if patterns == nil, !layer.trainable {
        kept.append(
          .init(layer: path, reason: "it is frozen (trainable=False); name it with --layers to calibrate it"))
      } else {
        chosen.append(address)
        isChosen.insert(address)
      }
    }
    if let pattern = unused.min(by: { $0.text < $1.text }) {
      throw CalibrationError(.noSuchLayer, layer: pattern.text)
    }
    guard !chosen.isEmpty else {
      throw CalibrationError(.nothingToDo(kept.first.map { ": \($0.layer): \($0.reason)" } ?? ""))
    }
  }

  /// Every batch normalization, with what is in the way of calibrating it.
  private static func all(of graph: Graph) -> [(address: LayerAddress, obstacle: String?)] {
    all(of: graph, prefix: [], obstacle: nil)
  }

  private static func all(
    of graph: Graph, prefix: [Int], obstacle: String?
  ) -> [(address: LayerAddress, obstacle: String?)] {
    graph.layers.indices.flatMap { index -> [(address: LayerAddress, obstacle: String?)] in
      let layer = graph.layers[index]
      let address = LayerAddress(prefix + [index])
      let calls = graph.calls.filter { $0.layer == index }
      let wrapper =
        layer.wrapped.isEmpty
        ? nil : "it is inside \(layer.className), where Keras takes other statistics in each version"
      let inference =
        !calls.isEmpty && calls.allSatisfy { $0.training == false }
        ? "it is called with training=False, so that training does not change it" : nil
      let outer = obstacle ?? wrapper ?? inference
      if case .batchNormalization(let normalization) = layer.core.operation {
        return [(address, outer ?? Self.obstacle(layer.core, normalization, calls))]
      }
      return layer.core.body.map { all(of: $0, prefix: prefix + [index], obstacle: outer) } ?? []
    }
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

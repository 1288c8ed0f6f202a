import Bytes
import ModelGraph

/// Which batch normalizations of a model are calibrated, and why the others stay as they are.
struct CalibratedLayers {
  /// Those that are, in the order in which their graphs list them.
  private(set) var chosen: [LayerAddress] = []
  /// Those that are not.
  private(set) var kept: [CalibrationReport.KeptLayer] = []
  private var isChosen: Set<LayerAddress> = []
  /// Those that training would not change, and that are wanted all the same.
  private(set) var resting: Set<LayerAddress> = []
  /// Those whose training bnfold computes, wanted or not.
  private(set) var trainable: Set<LayerAddress> = []

  func contains(_ address: LayerAddress) -> Bool { isChosen.contains(address) }

  /// - Parameters:
  ///   - graph: the model.
  ///   - patterns: which ones are wanted; nil for all that training would change.
  /// - Throws: `CalibrationError` where one that is wanted by its name cannot be calibrated, or none is left.
  init(of graph: Graph, matching patterns: [LayerPattern]?) throws(CalibrationError) {
    noteHidden(in: graph)
    var unused = Set(patterns ?? [])
    for candidate in Candidate.all(of: graph) {
      let path = graph.path(of: candidate.address)
      if candidate.obstacle == nil, graph[candidate.address].trainable { trainable.insert(candidate.address) }
      let fitting = (patterns ?? []).filter { $0.matches(path) }
      unused.subtract(fitting)
      if patterns != nil, fitting.isEmpty {
        keep(path, "it is not among the layers that are wanted", isUnwanted: true)
      } else if let obstacle = candidate.obstacle {
        guard !fitting.contains(where: { $0.text == path }) else {
          throw CalibrationError(.notCalibrated(obstacle), layer: path)
        }
        keep(path, obstacle)
      } else if patterns == nil, let rest = candidate.rest {
        keep(path, "\(rest); name it to calibrate it")
      } else {
        chosen.append(candidate.address)
        isChosen.insert(candidate.address)
        if candidate.rest != nil { resting.insert(candidate.address) }
      }
    }
    if let pattern = unused.min(by: { $0.text < $1.text }) {
      throw CalibrationError(.noSuchLayer, layer: pattern.text)
    }
    guard !chosen.isEmpty else {
      throw CalibrationError(.nothingToDo(kept.first.map { ": \($0.layer): \($0.reason)" } ?? ""))
    }
  }

  private mutating func keep(_ path: ByteString, _ reason: String, isUnwanted: Bool = false) {
    kept.append(CalibrationReport.KeptLayer(layer: path, reason: reason, isUnwanted: isUnwanted))
  }

  /// Batch normalizations inside layers that are only carried.
  private mutating func noteHidden(in graph: Graph) {
    var found: [(ByteString, String)] = []
    graph.forEachGraph { inner, prefix in
      for (index, layer) in inner.layers.enumerated() {
        for name in layer.hiddenBatchNormalizations {
          let path = graph.path(of: LayerAddress(prefix + [index]))
          // One of ONNX may be known by name alone.
          found.append(
            name == layer.name
              ? (path, "not all of its weights are constants")
              : (path + "/" + name, "it is inside \(layer.name), which bnfold does not run"))
        }
      }
    }
    for (path, reason) in found { keep(path, reason) }
  }
}

import Bytes
import Elements
import ModelGraph

/// A model, its graphs one by one, and its batch normalizations with their numbers.
struct ExaminedModel {
  let weights: any WeightStore
  private(set) var graphs: [ExaminedGraph] = []
  /// Batch normalizations inside layers that are not looked into.
  private(set) var hidden = 0
  /// Graphs from the outermost inwards, each in the order of the data.
  private(set) var normalizations: [ExaminedNormalization] = []

  /// - Throws: what the weight store throws.
  init(_ model: Model) throws {
    weights = model.weights
    add(model.graph, path: "", shapes: ShapeInference(of: model.graph))
    for (number, graph) in graphs.enumerated() {
      for index in graph.layersByCalls {
        guard case .batchNormalization(let normalization) = graph.graph.layers[index].core.operation else {
          continue
        }
        normalizations.append(
          try ExaminedNormalization(normalization, layer: index, of: graph, number, weights))
      }
    }
  }

  private mutating func add(_ graph: Graph, path: ByteString, shapes: ShapeInference) {
    graphs.append(ExaminedGraph(graph: graph, path: path, shapes: shapes))
    for (index, layer) in graph.layers.enumerated() {
      hidden += layer.hiddenBatchNormalizations.count
      guard let body = layer.core.body else { continue }
      add(body, path: path + layer.name + "/", shapes: shapes.inner[index] ?? ShapeInference(of: body))
    }
  }

  /// The graph that a batch normalization is in.
  func graph(of normalization: ExaminedNormalization) -> ExaminedGraph { graphs[normalization.graph] }
}

/// A graph of a model, with what can be asked of its wires.
struct ExaminedGraph {
  let graph: Graph
  /// The names of the models around it, with a slash at the end.
  let path: ByteString
  let shapes: ShapeInference
  /// For each call, the calls that read it.
  let readers: [[Int]]
  /// For each layer, its calls.
  let callsOfLayers: [Int: [Int]]

  init(graph: Graph, path: ByteString, shapes: ShapeInference) {
    (self.graph, self.path, self.shapes, readers) = (graph, path, shapes, graph.readers())
    callsOfLayers = Dictionary(grouping: graph.calls.indices) { graph.calls[$0].layer }
  }

  /// The path of a layer.
  func path(ofLayer index: Int) -> ByteString { path + graph.layers[index].name }

  /// The layers that are called, each once, in the order of the data.
  var layersByCalls: [Int] { graph.calls.filter { $0.number == 0 }.map(\.layer) }

  /// The call that gives the first input of a call; nil where it has none.
  func producer(of call: Int) -> Int? { graph.calls[call].inputs.first?.call }

  func layer(ofCall call: Int) -> Layer { graph.layers[graph.calls[call].layer] }

  /// The number of axes of what a call gives; nil where it is not known.
  func rank(ofCall call: Int) -> Int? { shape(TensorReference(call: call))?.count }

  private func shape(_ tensor: TensorReference) -> PartialShape? {
    shapes.shapes[tensor] ?? graph.recordedShapes[tensor]
  }
}

import Bytes
import ModelGraph

/// Writes the calls of a graph anew, one after the other, with other layers for them.
struct GraphRewriter {
  private let source: Graph
  private(set) var graph: Graph
  private var places: [TensorReference: TensorReference] = [:]

  init(_ source: Graph) {
    self.source = source
    graph = source
    (graph.layers, graph.calls) = ([], [])
  }

  /// Where a tensor of the source is in the new graph.
  func place(of reference: TensorReference) -> TensorReference { places[reference] ?? reference }

  mutating func add(_ layer: Layer) -> Int {
    graph.layers.append(layer)
    return graph.layers.count - 1
  }

  /// Appends a call.
  ///
  /// - Parameters:
  ///   - layer: its index in the new graph.
  ///   - inputs: places in the new graph.
  ///   - original: the call of the source whose arguments it has.
  /// - Returns: the place of its first result.
  mutating func call(
    _ layer: Int, _ inputs: [TensorReference], as original: Call? = nil
  ) -> TensorReference {
    var call = original ?? Call(layer: layer, number: 0, inputs: inputs)
    (call.layer, call.inputs, call.controls) = (layer, inputs, call.controls.map(place))
    graph.calls.append(call)
    return TensorReference(call: graph.calls.count - 1)
  }

  /// Appends a layer and its only call.
  mutating func call(_ layer: Layer, _ inputs: [TensorReference]) -> TensorReference {
    call(add(layer), inputs)
  }

  mutating func put(_ reference: TensorReference, at place: TensorReference) { places[reference] = place }

  /// The new graph, with inputs, outputs and recorded shapes of the source.
  func finished() -> Graph {
    var result = graph
    result.inputs = source.inputs.map(place)
    result.outputs = source.outputs.map(place)
    result.recordedShapes = [:]
    for (reference, shape) in source.recordedShapes { result.recordedShapes[place(of: reference)] = shape }
    return result
  }
}

extension Layer {
  /// A layer that is not in the file, and moves the axes of what another one gives.
  static func moving(_ axes: [Int], of producer: ByteString) -> Layer {
    var layer = Layer(
      name: producer, className: "Transpose", operation: .transpose(Transposition(axes: axes)))
    layer.isImplicit = true
    return layer
  }
}

import Bytes
import ModelGraph

/// Writes the calls of a graph anew, one after the other, with other layers for them.
struct GraphRewriter {
  private let source: Graph
  private(set) var graph: Graph
  /// The new call that gives the results of each call of the source.
  private var calls: [Int: Int] = [:]
  /// Tensors that are somewhere else than where their call's results are.
  private var moved: [TensorReference: TensorReference] = [:]
  /// The new layers for each layer of the source.
  private var numbers: [Int: [Int]] = [:]

  init(_ source: Graph) {
    self.source = source
    graph = source
    (graph.layers, graph.calls) = ([], [])
  }

  /// Where a tensor of the source is in the new graph.
  func place(of reference: TensorReference) -> TensorReference {
    moved[reference]
      ?? TensorReference(call: calls[reference.call] ?? reference.call, output: reference.output)
  }

  mutating func add(_ layer: Layer) -> Int {
    graph.layers.append(layer)
    return graph.layers.count - 1
  }

  /// The new layer for one of the source, or for a part of it: calls of a shared layer have one where it is the same for them.
  ///
  /// - Parameter source: the index of the layer in the source.
  mutating func number(of layer: Layer, for source: Int) -> Int {
    let known = numbers[source]?.first { number in
      graph.layers[number].operation == layer.operation
        && graph.layers[number].weightNames == layer.weightNames
    }
    if let known { return known }
    let number = add(layer)
    numbers[source, default: []].append(number)
    return number
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

  /// Says which new call gives the results of a call of the source.
  mutating func put(call: Int, at place: TensorReference) { calls[call] = place.call }

  /// Says where a single tensor is that its call does not give in this form.
  mutating func put(_ reference: TensorReference, at place: TensorReference) { moved[reference] = place }

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

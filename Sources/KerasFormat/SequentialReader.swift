import Bytes
import LosslessJSON
import ModelGraph

extension GraphReader {
  /// Reads a model that is a list of layers.
  func readSequential(
    _ configuration: JSONValue, depth: Int
  ) throws(ArchitectureError) -> (Graph, GraphSource) {
    // Keras up to 2.2 writes the bare list of the layers.
    guard let list = configuration.array == nil ? configuration["layers"] : configuration,
      let elements = list.array
    else {
      throw ArchitectureError(.noLayerList)
    }
    var graph = Graph(name: configuration["name"]?.string ?? "sequential", isSequential: true)
    var source = GraphSource(layerList: list)
    var names: Set<ByteString> = []
    for (index, element) in elements.enumerated() {
      var (layer, layerSource) = try readLayer(element, index: index, depth: depth)
      guard names.insert(layer.name).inserted else {
        throw ArchitectureError(.repeatedLayer(name: layer.name))
      }
      if index == 0 {
        if case .input = layer.operation {
        } else {
          var input = implicitInput(for: layer, element: element, configuration: configuration)
          input.isImplicit = true
          graph.layers.append(input)
          source.layers.append(nil)
        }
      }
      layer.origin = graph.layers.count
      graph.layers.append(layer)
      source.layers.append(layerSource)
    }
    guard !graph.layers.isEmpty else { throw ArchitectureError(.noLayers) }
    for index in graph.layers.indices {
      let inputs = index == 0 ? [] : [TensorReference(call: index - 1)]
      graph.calls.append(Call(layer: index, number: 0, inputs: inputs))
    }
    for (index, layer) in source.layers.enumerated() where index > 0 {
      graph.recordedShapes[TensorReference(call: index - 1)] = layer.flatMap {
        Self.builtShape(of: elements[$0.index])
      }
    }
    graph.inputs = [TensorReference(call: 0)]
    graph.outputs = [TensorReference(call: graph.calls.count - 1)]
    try Wiring.checkOutputIndices(of: graph)
    return (graph, source)
  }

  private func implicitInput(for first: Layer, element: JSONValue, configuration: JSONValue) -> Layer {
    let attributes = element["config"]
    let written =
      attributes?["batch_input_shape"]?.array ?? attributes?["batch_shape"]?.array
      ?? configuration["build_input_shape"]?.array
    var shape = written?.map(\.smallInteger)
    if shape == nil, let body = first.core.body, let input = body.inputs.first,
      case .input(let declared, _) = body.layers[body.calls[input.call].layer].operation
    {
      shape = declared
    }
    return Layer(
      name: "input", className: "InputLayer", operation: .input(shape: shape, elementType: "float32"))
  }
}

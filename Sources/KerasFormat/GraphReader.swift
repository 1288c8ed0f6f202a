import Bytes
import LosslessJSON
import ModelGraph

/// Reads the architecture of a model into a graph.
///
/// Source: keras/src/models/{functional,sequential}.py and tf_keras/src/engine/{functional,sequential}.py.
struct GraphReader {
  let generation: KerasGeneration
  /// Whether frozen batch normalizations use the moving statistics even where they are called with training=True.
  ///
  /// So do Keras 3 and TensorFlow 2; Keras up to 2.2 does not, and TensorFlow 1 gives its version as 2.2.4, too.
  /// Source: `call` in keras/src/layers/normalization/batch_normalization.py; `_get_training_value` in
  /// tf_keras/src/layers/normalization/batch_normalization.py.
  var frozenLayersInfer = false
  /// Classes of the user's own that are taken for those of Keras.
  var trusted = TrustedClasses()
  /// How deep models may stand inside models.
  private static let depthLimit = 32

  static let modelClasses: Set<ByteString> = ["Functional", "Model", "Sequential"]

  /// Reads a serialised model: an object with `class_name` and `config`.
  func readModel(_ json: JSONValue, depth: Int = 0) throws(ArchitectureError) -> (Graph, GraphSource) {
    guard depth < Self.depthLimit else {
      throw ArchitectureError(.depth(limit: Self.depthLimit))
    }
    guard let className = json["class_name"]?.string, let configuration = json["config"] else {
      throw ArchitectureError(.noModelClass)
    }
    var graph: Graph
    var source: GraphSource
    if className == "Sequential" || !Self.modelClasses.contains(className) && Self.isList(configuration) {
      (graph, source) = try readSequential(configuration, depth: depth)
    } else {
      (graph, source) = try readFunctional(configuration, className, depth: depth)
    }
    // Of a trusted class, the list of layers is all that it computes.
    guard !trusted.hold(json) else { return (graph, source) }
    if !Self.modelClasses.contains(className) {
      graph.obstacle = "the model's class \(className) may compute something of its own"
    } else if let reason = Self.foreignModule(of: json) {
      graph.obstacle = "the model may compute something of its own: \(reason)"
    }
    return (graph, source)
  }

  /// Whether the layers of a custom class are a list without calls, as those of Sequential are.
  private static func isList(_ configuration: JSONValue) -> Bool {
    guard let layers = configuration["layers"]?.array, configuration["output_layers"] == nil else {
      return false
    }
    return layers.allSatisfy { $0["inbound_nodes"] == nil }
  }

  private func readFunctional(
    _ configuration: JSONValue, _ className: ByteString, depth: Int
  ) throws(ArchitectureError) -> (Graph, GraphSource) {
    guard let list = configuration["layers"], let elements = list.array else {
      throw ArchitectureError(
        Self.modelClasses.contains(className) ? .noLayerList : .customClass(className))
    }
    var graph = Graph(name: configuration["name"]?.string ?? "model", isSequential: false)
    var source = GraphSource(layerList: list)
    var written: Wiring.Written = []
    var indexByName: [ByteString: Int] = [:]
    for (index, element) in elements.enumerated() {
      var (layer, layerSource) = try readLayer(element, index: index, depth: depth)
      layer.origin = index
      guard indexByName.updateValue(index, forKey: layer.name) == nil else {
        throw ArchitectureError(.repeatedLayer(name: layer.name))
      }
      var calls = try NodeReader.read(element["inbound_nodes"], layer: layer.name)
      if calls.isEmpty, case .input = layer.operation { calls = [WrittenCall()] }
      for (number, call) in calls.enumerated() { written.append((index, number, call)) }
      graph.layers.append(layer)
      source.layers.append(layerSource)
    }
    let wiring = Wiring(
      generation: generation, layers: graph.layers, indexByName: indexByName, written: written)
    let order = try wiring.topologicalOrder(of: written)
    var place = [Int](repeating: 0, count: written.count)
    for (position, index) in order.enumerated() { place[index] = position }
    for index in order {
      let (layer, number, writtenCall) = written[index]
      let resolve = { (reference: ReferenceSource) throws(ArchitectureError) -> TensorReference in
        let target = try wiring.resolve(reference)
        return TensorReference(call: place[target], output: reference.tensor)
      }
      // Keras 3 writes training=true into every call of an augmentation, and overrides it at inference.
      let infers =
        generation == .keras3 && LayerReader.augmentations.contains(graph.layers[layer].className)
        || frozenLayersInfer && graph.layers[layer].isFrozenBatchNormalization
      var call = Call(layer: layer, number: number, inputs: [], training: infers ? nil : writtenCall.training)
      for reference in writtenCall.source.inputs { call.inputs.append(try resolve(reference)) }
      for reference in writtenCall.source.controls { call.controls.append(try resolve(reference)) }
      // What a function is called with is part of its operation.
      let isUnderstood = graph.layers[layer].hasCallArguments && !graph.layers[layer].isOpaque
      call.hasUnknownArguments = writtenCall.hasUnknownArguments && !isUnderstood
      if call.training == true {
        // What changes nothing at inference may matter now.
        graph.layers[layer].core.configuration = elements[layer]["config"]?.canonicalText(
          without: Self.namesAndPrecision.subtracting(["trainable"]))
      }
      if call.hasUnknownArguments {
        call.unknownArguments = elements[layer]["inbound_nodes"]?.array?[number].canonicalText(
          hidesTensors: true)
      }
      for (reference, shape) in writtenCall.shapes { graph.recordedShapes[try resolve(reference)] = shape }
      // Keras builds a layer for its first call.
      if number == 0, call.inputs.count == 1, graph.recordedShapes[call.inputs[0]] == nil {
        graph.recordedShapes[call.inputs[0]] = Self.builtShape(of: elements[layer])
      }
      if graph.layers[layer].isFunction, let first = call.inputs.first {
        graph.layers[layer].precision = graph.precision(of: first)
      }
      graph.calls.append(call)
      source.calls.append(writtenCall.source)
    }
    try readEnds(configuration, wiring: wiring, written: written, place: place, into: &graph, &source)
    try Wiring.checkOutputIndices(of: graph)
    return (graph, source)
  }

  /// Reads `input_layers` and `output_layers`: a reference, a list or a dictionary of them.
  private func readEnds(
    _ configuration: JSONValue, wiring: Wiring, written: Wiring.Written, place: [Int],
    into graph: inout Graph, _ source: inout GraphSource
  ) throws(ArchitectureError) {
    for key in ["input_layers", "output_layers"] {
      guard let ends = configuration[ByteString(key)] else { throw ArchitectureError(.noEnds(key: key)) }
      let isOutput = key == "output_layers"
      for reference in try flatten(ends, key: key) {
        let target = try wiring.resolve(reference, isOutput: isOutput)
        let tensor = TensorReference(call: place[target], output: reference.tensor)
        if isOutput {
          graph.outputs.append(tensor)
          source.outputs.append(reference)
        } else {
          guard case .input = graph.layers[written[target].layer].operation else {
            throw ArchitectureError(.notInput(layer: reference.layer))
          }
          graph.inputs.append(tensor)
        }
      }
      if isOutput, let members = ends.members { graph.outputNames = members.map(\.key).sorted() }
    }
  }

  private func flatten(_ value: JSONValue, key: String) throws(ArchitectureError) -> [ReferenceSource] {
    if let reference = ReferenceSource(value) { return [reference] }
    var references: [ReferenceSource] = []
    if let elements = value.array {
      for element in elements { references += try flatten(element, key: key) }
    } else if let members = value.members {
      for member in members.sorted(by: { $0.key < $1.key }) {
        references += try flatten(member.value, key: key)
      }
    } else {
      throw ArchitectureError(.endNotReference(key: key))
    }
    return references
  }
}

extension Layer {
  fileprivate var isFrozenBatchNormalization: Bool {
    guard case .batchNormalization = operation else { return false }
    return !trainable
  }
}

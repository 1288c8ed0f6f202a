import LosslessJSON
import ModelGraph
import Tensor

/// Reads the architecture of a model into a graph.
///
/// Source: keras/src/models/{functional,sequential}.py and tf_keras/src/engine/{functional,sequential}.py.
struct GraphReader {
  let generation: KerasGeneration
  /// How deep models may stand inside models.
  private static let depthLimit = 32

  private static let modelClasses: Set<ByteString> = ["Functional", "Model", "Sequential"]

  /// Reads a serialised model: an object with `class_name` and `config`.
  func readModel(_ json: JSONValue, depth: Int = 0) throws(ArchitectureError) -> (Graph, GraphSource) {
    guard depth < Self.depthLimit else {
      throw ArchitectureError("models nest deeper than \(Self.depthLimit) levels")
    }
    guard let className = json["class_name"]?.string, let configuration = json["config"] else {
      throw ArchitectureError("the model has no class_name or no config")
    }
    var graph: Graph
    var source: GraphSource
    if className == "Sequential" {
      (graph, source) = try readSequential(configuration, depth: depth)
    } else {
      (graph, source) = try readFunctional(configuration, depth: depth)
    }
    if !Self.modelClasses.contains(className) {
      graph.obstacle = "the model's class \(className) may compute something of its own"
    }
    return (graph, source)
  }

  // MARK: - Functional

  private func readFunctional(
    _ configuration: JSONValue, depth: Int
  ) throws(ArchitectureError) -> (Graph, GraphSource) {
    guard let list = configuration["layers"], let elements = list.array else {
      throw ArchitectureError("the model's config has no list of layers")
    }
    var graph = Graph(name: configuration["name"]?.string ?? "model", isSequential: false)
    var source = GraphSource(layerList: list)
    var written: Wiring.Written = []
    var indexByName: [ByteString: Int] = [:]
    for (index, element) in elements.enumerated() {
      var (layer, layerSource) = try readLayer(element, index: index, depth: depth)
      layer.origin = index
      guard indexByName.updateValue(index, forKey: layer.name) == nil else {
        throw ArchitectureError("two layers have the name \(layer.name)")
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
      var call = Call(layer: layer, number: number, inputs: [], training: writtenCall.training)
      for reference in writtenCall.source.inputs { call.inputs.append(try resolve(reference)) }
      for reference in writtenCall.source.controls { call.controls.append(try resolve(reference)) }
      call.hasUnknownArguments = writtenCall.hasUnknownArguments
      for (reference, shape) in writtenCall.shapes { graph.recordedShapes[try resolve(reference)] = shape }
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
      guard let ends = configuration[ByteString(key)] else { throw ArchitectureError("\(key) is missing") }
      let isOutput = key == "output_layers"
      for reference in try flatten(ends, key: key) {
        let target = try wiring.resolve(reference, isOutput: isOutput)
        let tensor = TensorReference(call: place[target], output: reference.tensor)
        if isOutput {
          graph.outputs.append(tensor)
          source.outputs.append(reference)
        } else {
          guard case .input = graph.layers[written[target].layer].operation else {
            throw ArchitectureError("the input \(reference.layer) is not an InputLayer")
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
      throw ArchitectureError("\(key) has something that is not a reference to a layer")
    }
    return references
  }

  // MARK: - Sequential

  private func readSequential(
    _ configuration: JSONValue, depth: Int
  ) throws(ArchitectureError) -> (Graph, GraphSource) {
    // Keras up to 2.2 writes the bare list of the layers.
    guard let list = configuration.array == nil ? configuration["layers"] : configuration,
      let elements = list.array
    else {
      throw ArchitectureError("the model's config has no list of layers")
    }
    var graph = Graph(name: configuration["name"]?.string ?? "sequential", isSequential: true)
    var source = GraphSource(layerList: list)
    var names: Set<ByteString> = []
    for (index, element) in elements.enumerated() {
      var (layer, layerSource) = try readLayer(element, index: index, depth: depth)
      guard names.insert(layer.name).inserted else {
        throw ArchitectureError("two layers have the name \(layer.name)")
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
    guard !graph.layers.isEmpty else { throw ArchitectureError("the model has no layers") }
    for index in graph.layers.indices {
      let inputs = index == 0 ? [] : [TensorReference(call: index - 1)]
      graph.calls.append(Call(layer: index, number: 0, inputs: inputs))
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
    var shape = written?.map(\.integer)
    if shape == nil, let body = first.core.body, let input = body.inputs.first,
      case .input(let declared, _) = body.layers[body.calls[input.call].layer].operation
    {
      shape = declared
    }
    return Layer(
      name: "input", className: "InputLayer", operation: .input(shape: shape, elementType: "float32"))
  }

  // MARK: - Layers

  private func readLayer(
    _ element: JSONValue, index: Int, depth: Int
  ) throws(ArchitectureError) -> (Layer, LayerSource) {
    guard let className = element["class_name"]?.string, let configuration = element["config"] else {
      throw ArchitectureError("layer number \(index) has no class_name or no config")
    }
    guard let name = element["name"]?.string ?? configuration["name"]?.string, !name.isEmpty else {
      throw ArchitectureError("layer number \(index) has no name")
    }
    var layer = Layer(name: name, className: className, operation: .identity)
    layer.trainable = configuration["trainable"]?.boolean ?? true
    layer.precision = precision(configuration)
    var coreConfiguration = configuration
    var bodySource: GraphSource?
    if let reason = foreignModule(of: element) {
      layer.operation = .opaque(reason)
      layer.hiddenBatchNormalizations = hiddenBatchNormalizations(configuration)
      layer.variables = nil
    } else if className == "InputLayer" {
      layer.operation = input(configuration)
    } else if Self.modelClasses.contains(className) {
      let (body, source) = try readModel(element, depth: depth + 1)
      layer.operation = .model
      layer.body = body
      bodySource = source
    } else if className == "TimeDistributed", let inner = configuration["layer"] {
      let (wrapped, source) = try readLayer(inner, index: 0, depth: depth + 1)
      layer.operation = .timeDistributed
      layer.wrapped = [wrapped]
      coreConfiguration = source.coreConfiguration
      bodySource = source.body
    } else {
      var reader = LayerReader(className: className, json: configuration, generation: generation)
      layer.operation = reader.read()
      if case .opaque = layer.operation {
        layer.hiddenBatchNormalizations = hiddenBatchNormalizations(configuration)
        layer.variables = LayerReader.weightless.contains(className) ? [] : nil
      }
    }
    return (layer, LayerSource(index: index, coreConfiguration: coreConfiguration, body: bodySource))
  }

  /// Why a class is not the one of Keras that its name says; nil if it is, or if the file does not say.
  ///
  /// A subclass that somebody calls Conv2D is told from Keras's by its module only, which Keras 2 and the top level of
  /// Keras 3 do not write: there, the file says Conv2D, and Keras too would load it as such.
  /// Source: keras/src/saving/serialization_lib.py `serialize_keras_object`.
  private func foreignModule(of element: JSONValue) -> String? {
    guard let module = element["module"] else { return nil }
    let packages: [ByteString] = ["keras", "tf_keras", "tensorflow"]
    let name = module.string ?? ""
    guard !packages.contains(where: { name == $0 || name.hasPrefix($0 + ".") }) else { return nil }
    return "its class comes from \(name.isEmpty ? "an unnamed module" : name.description), not from Keras"
  }

  private func input(_ configuration: JSONValue) -> Operation {
    let shape = configuration["batch_input_shape"]?.array ?? configuration["batch_shape"]?.array
    return .input(
      shape: shape?.map(\.integer),
      elementType: configuration["dtype"]?.string ?? configuration["input_dtype"]?.string ?? "float32")
  }

  /// The name of the precision policy: a string, or an object of a policy class.
  private func precision(_ configuration: JSONValue) -> ByteString {
    guard let written = configuration["dtype"], !written.isNull else { return "float32" }
    if let name = written.string { return name }
    if let policy = written["class_name"]?.string, ["DTypePolicy", "Policy"].contains(policy),
      let name = written["config"]?["name"]?.string
    {
      return name
    }
    return written["class_name"]?.string ?? "unknown"
  }

  /// Names of batch normalizations anywhere inside the attributes of a layer.
  private func hiddenBatchNormalizations(_ value: JSONValue) -> [ByteString] {
    if let elements = value.array { return elements.flatMap(hiddenBatchNormalizations) }
    guard let members = value.members else { return [] }
    var names: [ByteString] = []
    if value["class_name"]?.string == "BatchNormalization", let name = value["config"]?["name"]?.string {
      names.append(name)
    }
    return names + members.flatMap { hiddenBatchNormalizations($0.value) }
  }
}

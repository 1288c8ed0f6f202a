import Bytes
import Elements
import LosslessJSON
import ModelGraph

extension GraphReader {
  /// Reads an element of the list of layers, and what is inside it.
  func readLayer(
    _ element: JSONValue, index: Int, depth: Int
  ) throws(ArchitectureError) -> (Layer, LayerSource) {
    guard let className = element["class_name"]?.string, let configuration = element["config"] else {
      throw ArchitectureError(.noLayerClass(number: index))
    }
    guard let name = element["name"]?.string ?? configuration["name"]?.string, !name.isEmpty else {
      throw ArchitectureError(.noLayerName(number: index))
    }
    var layer = Layer(name: name, className: className, operation: .identity)
    layer.trainable = configuration["trainable"]?.boolean ?? true
    layer.precision = precision(configuration)
    var coreConfiguration = configuration
    var bodySource: GraphSource?
    var knowsWeights = false
    let isTrusted = trusted.hold(element)
    if let function = function(element) {
      layer.operation =
        FunctionReader.operation(of: element, generation: generation)
        ?? .opaque("the function \(function) is not run")
      layer.hasCallArguments = true
      layer.isFunction = generation == .keras3
      knowsWeights = true
    } else if let operation = ApplicationLayerReader.operation(of: element) {
      layer.operation = operation
    } else if isTrusted, !Self.isModel(element) {
      layer.operation = try trustedOperation(of: element, named: name)
    } else if let reason = (isTrusted ? nil : Self.foreignModule(of: element)) ?? nestedWrapper(element) {
      layer.operation = .opaque(reason)
    } else if className == "InputLayer" {
      layer.operation = try input(configuration, of: name)
    } else if Self.modelClasses.contains(className) || isTrusted {
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
    } else if let (inner, source) = try normalizedLayer(element, depth: depth) {
      layer.operation = inner.operation
      layer.weightOwner = ["layer"]
      layer.trainable = layer.trainable && inner.trainable
      coreConfiguration = source.coreConfiguration
    } else {
      var reader = LayerReader(
        className: className, name: name, json: configuration, generation: generation)
      layer.operation = try reader.read()
      if layer.precision == "float64" { layer.operation.roundConstants(asIn: generation) }
      knowsWeights = LayerReader.weightless.contains(className)
      if case .attention(let attention) = layer.operation {
        layer.operation = self.operation(of: attention, calledBy: element)
        layer.hasCallArguments = true
      }
    }
    if layer.isOpaque || layer.operation.hasUnknownActivation
      || Self.keepsState(configuration, layer.operation)
    {
      layer.configuration = configuration.canonicalText(without: Self.namesAndPrecision)
      for key: ByteString in ["module", "registered_name"] {
        guard layer.isOpaque, let origin = element[key], !origin.isNull else { continue }
        layer.configuration = (layer.configuration ?? "") + origin.canonicalText()
      }
    }
    if layer.isOpaque {
      layer.carriedShape = carriedShape(of: element)
      layer.hiddenBatchNormalizations = hiddenBatchNormalizations(configuration)
      layer.variables = knowsWeights ? [] : nil
    }
    return (layer, LayerSource(index: index, coreConfiguration: coreConfiguration, body: bodySource))
  }

  /// The layer in a SpectralNormalization, which computes what that layer does, but for calls with training=True.
  ///
  /// Source: `call` in keras/src/layers/normalization/spectral_normalization.py and in tf_keras' file of that name.
  private func normalizedLayer(
    _ element: JSONValue, depth: Int
  ) throws(ArchitectureError) -> (Layer, LayerSource)? {
    guard element["class_name"]?.string == "SpectralNormalization", let configuration = element["config"],
      let inner = configuration["layer"]
    else { return nil }
    let (layer, source) = try readLayer(inner, index: 0, depth: depth + 1)
    // A list of layers has no calls.
    let calls =
      element["inbound_nodes"] == nil ? [] : try NodeReader.read(element["inbound_nodes"], layer: layer.name)
    guard layer.operation.multiplies, layer.weightOwner.isEmpty,
      layer.precision == precision(configuration),
      !calls.contains(where: { $0.training == true })
    else { return nil }
    return (layer, source)
  }

  /// Whether an element of a custom class has layers, as a model has.
  private static func isModel(_ element: JSONValue) -> Bool { element["config"]?["layers"]?.array != nil }

  /// What the class of Keras computes for which the user vouches.
  private func trustedOperation(
    of element: JSONValue, named name: ByteString
  ) throws(ArchitectureError) -> Operation {
    guard let configuration = element["config"] else { return .opaque("it has no config") }
    let base: ByteString
    do throws(NotUnderstood) {
      base = try TrustedClasses.base(of: element)
    } catch {
      return .opaque("\(error.rule)")
    }
    var reader = LayerReader(className: base, name: name, json: configuration, generation: generation)
    return try reader.read()
  }

  /// What the attributes of a layer say about itself that is compared elsewhere, or that changes nothing at inference.
  static let namesAndPrecision: Set<ByteString> = [
    "name", "trainable", "dtype", "build_config", "compile_config", "registered_name", "shared_object_id",
    "batch_input_shape", "batch_shape",
  ]

  /// Whether a recurrent layer has attributes that matter beyond one sequence without a mask, or a precision inside.
  private static func keepsState(_ configuration: JSONValue, _ operation: Operation) -> Bool {
    switch operation {
    case .recurrent, .bidirectional:
      let inner = configuration["layer"]?["config"]
      let flags: [ByteString] = ["stateful", "zero_output_for_mask"]
      let own = configuration["dtype"]?.canonicalText(), dtype = inner?["dtype"]?.canonicalText()
      return flags.contains { configuration[$0]?.boolean == true || inner?[$0]?.boolean == true }
        || dtype != nil && dtype != own
    default: return false
    }
  }

  /// The name of a function that stands in the graph as layers do; nil for a layer.
  ///
  /// Some have the names of layers, such as Add. tf_keras makes layers of functions, which count among the layers.
  /// Source: keras/src/ops/operation.py; tf_keras/src/layers/core/tf_op_layer.py.
  private func function(_ element: JSONValue) -> ByteString? {
    if generation != .keras3, element["class_name"]?.string == "TFOpLambda" {
      return "tf." + (element["config"]?["function"]?.string ?? "")
    }
    guard let module = element["module"]?.string, module.hasPrefix("keras.src.ops") else { return nil }
    return module + "." + (element["class_name"]?.string ?? "")
  }

  /// An attention with what all of its calls fix.
  private func operation(of attention: MultiHeadAttention, calledBy element: JSONValue) -> Operation {
    let calls = (element["inbound_nodes"]?.array ?? []).map { MultiHeadAttention.Arguments($0) }
    guard let arguments = calls.first ?? nil, calls.allSatisfy({ $0 == arguments }) else {
      return .opaque("it is called with arguments that bnfold does not understand")
    }
    var called = attention
    called.arguments = arguments
    return .attention(called)
  }

  /// A wrapper in a wrapper is carried as it is: no layer of the graph could be addressed through two of them.
  private func nestedWrapper(_ element: JSONValue) -> String? {
    let inner = element["config"]?["layer"]?["class_name"]?.string
    guard element["class_name"]?.string == "TimeDistributed", inner == "TimeDistributed" else { return nil }
    return "a TimeDistributed inside a TimeDistributed is not run"
  }

  /// Why a class is not the one of Keras that its name says; nil if it is, or if the file does not say.
  ///
  /// A subclass that a user calls Conv2D is told from Keras's by its module only, which Keras 2 and the top level of
  /// Keras 3 do not write: there, the file says Conv2D, and Keras too would load it as such.
  /// Source: keras/src/saving/serialization_lib.py `serialize_keras_object`.
  static func foreignModule(of element: JSONValue) -> String? {
    guard let module = element["module"] else { return nil }
    let packages: [ByteString] = ["keras", "tf_keras", "tensorflow"]
    let name = module.string ?? ""
    guard !packages.contains(where: { name == $0 || name.hasPrefix($0 + ".") }) else { return nil }
    return "its class comes from \(name.isEmpty ? "an unnamed module" : name.description), not from Keras"
  }

  private func input(_ configuration: JSONValue, of name: ByteString) throws(ArchitectureError) -> Operation {
    let shape = configuration["batch_input_shape"]?.array ?? configuration["batch_shape"]?.array
    guard
      shape?.allSatisfy({ $0.isNull || $0.smallInteger.map { (0...largestAxis).contains($0) } ?? false })
        ?? true
    else {
      throw ArchitectureError(.inputShape, at: "layer \(name)")
    }
    return .input(
      shape: shape?.map(\.smallInteger),
      elementType: configuration["dtype"]?.string ?? configuration["input_dtype"]?.string ?? "float32")
  }

  /// The shape that a layer gives which is carried.
  private func carriedShape(of element: JSONValue) -> CarriedShape? {
    guard Self.foreignModule(of: element) == nil, let className = element["class_name"]?.string,
      let configuration = element["config"]
    else { return nil }
    if let shape = CarriedShape(of: className, configuration) { return shape }
    var reader = LayerReader(className: className, name: "", json: configuration, generation: generation)
    return reader.readWithoutActivation().map { .of($0) }
  }

  /// The shape of the input for which Keras has built a layer; nil where the architecture does not say, or of several.
  ///
  /// Source: keras/src/layers/layer.py `get_build_config`.
  static func builtShape(of element: JSONValue) -> PartialShape? {
    guard let sizes = element["build_config"]?["input_shape"]?.array, !sizes.isEmpty,
      sizes.allSatisfy({ $0.isNull || $0.smallInteger.map { $0 >= 0 } ?? false })
    else { return nil }
    return sizes.map(\.smallInteger).bounded
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
    return written.canonicalText()
  }

  /// Names of batch normalizations anywhere inside the attributes of a layer.
  private func hiddenBatchNormalizations(_ value: JSONValue) -> [ByteString] {
    if let elements = value.array { return elements.flatMap(hiddenBatchNormalizations) }
    guard let members = value.members else { return [] }
    var names: [ByteString] = []
    if let className = value["class_name"]?.string, LayerReader.batchNormalizations.contains(className),
      let name = value["config"]?["name"]?.string
    {
      names.append(name)
    }
    return names + members.flatMap { hiddenBatchNormalizations($0.value) }
  }
}

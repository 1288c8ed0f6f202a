import Bytes
import ModelFormats
import Wire

/// A graph: nodes in an order in which they can run, and what goes in and out.
public struct ONNXGraph: Sendable {
  public let name: ByteString
  public let nodes: [ONNXNode]
  public let initializers: [ONNXTensor]
  public let sparseInitializerNames: [ByteString]
  /// The whole fields of those, in the file.
  public let sparseInitializerPlaces: [Range<Int>]
  public let inputs, outputs, valueInfos: [ONNXValueInfo]
  public let quantizationAnnotations: [ONNXQuantizationAnnotation]
  /// The whole fields that it is, in the file; more than one where messages are merged.
  public let places: [Range<Int>]

  /// Reads a graph, which is some fields of a message.
  ///
  /// Source: onnx/onnx.proto, `GraphProto`.
  ///
  /// - Throws: `ModelFileError`, which names the node or the tensor.
  init(_ fields: [WireField], in outer: ONNXMessage) throws(ModelFileError) {
    let message = try outer.message(fields)
    var name: ByteString = ""
    var nodes: [ONNXNode] = []
    var initializers: [ONNXTensor] = []
    var sparse: [(name: ByteString, place: Range<Int>)] = []
    var (inputs, outputs, valueInfos): ([ONNXValueInfo], [ONNXValueInfo], [ONNXValueInfo]) = ([], [], [])
    var annotations: [ONNXQuantizationAnnotation] = []
    try message.forEachField { (field) throws(ModelFileError) in
      switch field.number {
      case 1: nodes.append(try ONNXNode(field, in: message))
      case 2: name = try message.name(field)
      case 5: initializers.append(try ONNXTensor([field], in: message))
      case 11: inputs.append(try ONNXValueInfo(field, in: message))
      case 12: outputs.append(try ONNXValueInfo(field, in: message))
      case 13: valueInfos.append(try ONNXValueInfo(field, in: message))
      case 14: annotations.append(try ONNXQuantizationAnnotation(field, in: message))
      case 15: sparse.append((try ONNXSparseTensor([field], in: message).name, field.range))
      default: break
      }
    }
    (self.name, self.nodes, self.initializers) = (name, nodes, initializers)
    (self.inputs, self.outputs, self.valueInfos) = (inputs, outputs, valueInfos)
    (sparseInitializerNames, sparseInitializerPlaces) = (sparse.map(\.name), sparse.map(\.place))
    quantizationAnnotations = annotations
    places = fields.map(\.range)
  }
}

/// The tensors that say how another one is quantized.
public struct ONNXQuantizationAnnotation: Sendable {
  public let tensor: ByteString
  /// Names of the tensors with scales and zero points.
  public let parameters: [ByteString]

  /// Source: onnx/onnx.proto, `TensorAnnotation`.
  init(_ field: WireField, in outer: ONNXMessage) throws(ModelFileError) {
    let message = try outer.message(field)
    var tensor: ByteString = ""
    var parameters: [ByteString] = []
    try message.forEachField { (field) throws(ModelFileError) in
      if field.number == 1 { tensor = try message.name(field) }
      if field.number == 2, let name = try message.entry(field).value { parameters.append(name) }
    }
    (self.tensor, self.parameters) = (tensor, parameters)
  }
}

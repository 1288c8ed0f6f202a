import Bytes
import ModelFormats
import Wire

/// A call of an operator, or of a function of the model.
public struct ONNXNode: Sendable {
  public let name, operatorType, domain, overload: ByteString
  /// Names of tensors; an empty one is an input that is not given.
  public private(set) var inputs: [ByteString]
  public let outputs: [ByteString]
  public private(set) var attributes: [ONNXAttribute]
  /// The field that it is.
  let field: WireField

  /// The whole field that it is, in the file.
  public var place: Range<Int> { field.range }

  /// The value of an attribute; nil where the node does not have it.
  public subscript(attribute name: ByteString) -> ONNXAttribute.Value? {
    attributes.first { $0.name == name }?.value
  }

  /// Reads a node.
  ///
  /// Source: onnx/onnx.proto, `NodeProto`.
  ///
  /// - Throws: `ModelFileError` where it has no operator, or an attribute twice.
  init(_ field: WireField, in outer: ONNXMessage) throws(ModelFileError) {
    let message = try outer.message(field)
    var names: [Int: ByteString] = [:]
    var (inputs, outputs): ([ByteString], [ByteString]) = ([], [])
    var attributes: [WireField] = []
    try message.forEachField { (field) throws(ModelFileError) in
      switch field.number {
      case 1: inputs.append(try message.name(field))
      case 2: outputs.append(try message.name(field))
      case 3, 4, 7, 8: names[field.number] = try message.name(field)
      case 5: attributes.append(field)
      default: break
      }
    }
    name = names[3] ?? ""
    operatorType = names[4] ?? ""
    domain = ONNXOperatorSet.normalized(names[7] ?? "")
    overload = names[8] ?? ""
    (self.inputs, self.outputs, self.field) = (inputs, outputs, field)
    let (label, type) = (name.isEmpty ? outputs.first ?? "" : name, operatorType)
    self.attributes = try message.at(Self.place(label, type)) { () throws(ModelFileError) in
      guard !type.isEmpty else { throw message.problem(.noOperator) }
      return try ONNXNode.attributes(attributes, in: message)
    }
  }

  /// The node in a function that is called.
  ///
  /// - Parameters:
  ///   - absent: names of parameters that the call leaves out.
  ///   - values: of the function's attributes; a node whose attribute refers to another one does without it.
  func called(without absent: Set<ByteString>, attributes values: [ByteString: ONNXAttribute.Value])
    -> ONNXNode
  {
    var node = self
    node.inputs = inputs.map { absent.contains($0) ? "" : $0 }
    node.attributes = attributes.compactMap { attribute in
      guard case .reference(let name) = attribute.value else { return attribute }
      return values[name].map { ONNXAttribute(name: attribute.name, value: $0) }
    }
    return node
  }

  private static func place(_ label: ByteString, _ type: ByteString) -> String {
    let words = ["the node", "\(label)", type.isEmpty ? "" : "(\(type))"]
    return words.filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// Reads attributes with different names.
  static func attributes(
    _ fields: [WireField], in message: ONNXMessage
  ) throws(ModelFileError) -> [ONNXAttribute] {
    var names: Set<ByteString> = []
    return try fields.map { (field) throws(ModelFileError) in
      let attribute = try ONNXAttribute(field, in: message)
      guard names.insert(attribute.name).inserted else {
        throw message.problem(.repeatedAttribute(name: attribute.name))
      }
      return attribute
    }
  }
}

import Bytes
import ModelFormats
import Wire

/// A function of the model, which its nodes call like an operator.
public struct ONNXFunction: Sendable {
  public let name, domain, overload: ByteString
  /// Names; attributes without a default value.
  public let inputs, outputs, attributes: [ByteString]
  /// Attributes with a default value.
  public let attributeDefaults: [ONNXAttribute]
  public let nodes: [ONNXNode]
  public let operatorSets: [ONNXOperatorSet]

  /// Reads a function.
  ///
  /// Source: onnx/onnx.proto, `FunctionProto`.
  ///
  /// - Throws: `ModelFileError`, which names the function and the node.
  init(_ field: WireField, in outer: ONNXMessage) throws(ModelFileError) {
    let message = try outer.message(field)
    var names: [Int: ByteString] = [:]
    var lists: [Int: [ByteString]] = [:]
    var (nodes, defaults, operatorSets): ([WireField], [WireField], [WireField]) = ([], [], [])
    try message.forEachField { (field) throws(ModelFileError) in
      switch field.number {
      case 1, 10, 13: names[field.number] = try message.name(field)
      case 4, 5, 6: lists[field.number, default: []].append(try message.name(field))
      case 7: nodes.append(field)
      case 9: operatorSets.append(field)
      case 11: defaults.append(field)
      default: break
      }
    }
    let name = names[1] ?? ""
    self.name = name
    domain = ONNXOperatorSet.normalized(names[10] ?? "")
    overload = names[13] ?? ""
    (inputs, outputs, attributes) = (lists[4] ?? [], lists[5] ?? [], lists[6] ?? [])
    (self.nodes, attributeDefaults, self.operatorSets) = try message.at("the function \(name)") {
      () throws(ModelFileError) in
      (
        try nodes.map { (field) throws(ModelFileError) in try ONNXNode(field, in: message) },
        try ONNXNode.attributes(defaults, in: message),
        try ONNXOperatorSet.all(operatorSets, in: message)
      )
    }
  }
}

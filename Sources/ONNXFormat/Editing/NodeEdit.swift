import Bytes
import ModelFormats
import Wire

/// What becomes of a node that stays: other names of tensors, sometimes another operator, and a node after it.
struct NodeEdit {
  /// Names by position, that of an absent one, or the next ones, included.
  var inputs: [Int: ByteString] = [:]
  var outputs: [Int: ByteString] = [:]
  /// Inputs that the node does not have any more, by position.
  var droppedInputs: Set<Int> = []
  var operatorType: ByteString?
  /// Attributes whose usual value holds from now on.
  var droppedAttributes: Set<ByteString> = []
  var following: [WirePiece] = []

  var isEmpty: Bool {
    inputs.isEmpty && outputs.isEmpty && droppedInputs.isEmpty && operatorType == nil
      && droppedAttributes.isEmpty && following.isEmpty
  }

  /// Notes the changes of a node's fields; all others stay as they are.
  ///
  /// Source: onnx/onnx.proto, `NodeProto`.
  ///
  /// - Parameters:
  ///   - node: the node as it is in the file.
  ///   - reader: of that file; several nodes share it, since it holds a part of the file in memory.
  /// - Throws: `WireError` where the file cannot be read.
  func apply(to writer: inout ONNXModelWriter, _ node: ONNXNode, _ reader: WireReader) throws(WireError) {
    var message = try reader.message.message([node.field])
    var (input, output) = (0, 0)
    var last: WireField?
    while let field = try message.next() {
      switch field.number {
      case 1:
        if droppedInputs.contains(input) {
          writer.replace(field.range, with: [])
        } else if let name = inputs[input] {
          writer.replace(field.range, with: [.bytes(number: 1, name.bytes)])
        }
        (input, last) = (input + 1, field)
      case 2:
        if let name = outputs[output] { writer.replace(field.range, with: [.bytes(number: 2, name.bytes)]) }
        output += 1
      case 4:
        if let operatorType { writer.replace(field.range, with: [.bytes(number: 4, operatorType.bytes)]) }
      case 5 where !droppedAttributes.isEmpty:
        if try droppedAttributes.contains(name(of: field, in: message, reader)) {
          writer.replace(field.range, with: [])
        }
      default: break
      }
    }
    if let last, let end = inputs.keys.max(), end >= input {
      let names = (input...end).map { inputs[$0] ?? "" }
      writer.insert(names.map { .bytes(number: 1, $0.bytes) }, after: last.range)
    }
    if !following.isEmpty { writer.insert(following, after: node.place) }
  }

  private func name(
    of attribute: WireField, in message: WireMessage, _ reader: WireReader
  ) throws(WireError) -> ByteString {
    var message = try message.message([attribute])
    var name: ByteString = ""
    while let field = try message.next() {
      if field.number == 1 { name = ByteString(try reader.bytes(try field.payload)) }
    }
    return name
  }
}

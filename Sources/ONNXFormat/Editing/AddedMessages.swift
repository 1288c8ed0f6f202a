import Bytes
import Elements
import Wire

/// Messages that a folded model has, and that the model before did not have.
///
/// Source: onnx/onnx.proto, `NodeProto`, `ValueInfoProto`, `TypeProto`, `TensorShapeProto`, `AttributeProto`.
enum AddedMessages {
  /// A node that adds a constant to a tensor, one number for each element of the last axis.
  ///
  /// - Parameters:
  ///   - version: of the operators; before 7 a constant is only repeated where that is asked for.
  ///   - number: of the field that a node is where it goes.
  static func addition(
    of constant: ByteString, to tensor: ByteString, giving output: ByteString, named name: ByteString,
    version: Int64, number: Int
  ) -> WirePiece {
    var pieces: [WirePiece] = [
      .bytes(number: 1, tensor.bytes), .bytes(number: 1, constant.bytes), .bytes(number: 2, output.bytes),
    ]
    if !name.isEmpty { pieces.append(.bytes(number: 3, name.bytes)) }
    pieces.append(.bytes(number: 4, ByteString("Add").bytes))
    if version < 7 {
      pieces.append(
        .field(
          number: 5,
          [
            .bytes(number: 1, ByteString("broadcast").bytes), .varint(number: 3, 1), .varint(number: 20, 2),
          ]))
    }
    return .field(number: number, pieces)
  }

  /// A node that gives a constant.
  ///
  /// - Parameters:
  ///   - tensor: the field 5 of an attribute.
  ///   - number: of the field that a node is where it goes.
  static func constant(_ tensor: WirePiece, named name: ByteString, number: Int) -> WirePiece {
    let attribute = [WirePiece.bytes(number: 1, ByteString("value").bytes), tensor, .varint(number: 20, 4)]
    return .field(
      number: number,
      [
        .bytes(number: 2, name.bytes), .bytes(number: 4, ByteString("Constant").bytes),
        .field(number: 5, attribute),
      ])
  }

  /// An input of the graph with the name, the type and the shape of an initializer.
  static func input(named name: ByteString, like data: ONNXTensorData) -> WirePiece {
    let axes = data.shape.map { WirePiece.field(number: 1, [.varint(number: 1, UInt64($0))]) }
    let type: [WirePiece] = [.varint(number: 1, UInt64(data.onnxType)), .field(number: 2, axes)]
    return .field(
      number: 11, [.bytes(number: 1, name.bytes), .field(number: 2, [.field(number: 1, type)])])
  }
}

import Arrays
import Bytes
import Elements
import Wire

/// New elements of a tensor, which are made while they are written.
public struct ONNXTensorData: Sendable {
  public let elementType: ElementType
  public let shape: Shape
  public let byteCount: Int
  public let content: ArrayContent
  /// The number of the element type in ONNX.
  let onnxType: Int32

  /// - Returns: nil where ONNX does not have the type, or its elements have no size.
  public init?(elementType: ElementType, shape: Shape, content: ArrayContent) {
    guard let number = ONNXElementType.number(of: elementType), let size = elementType.byteCount else {
      return nil
    }
    (self.elementType, self.shape, self.content, onnxType) = (elementType, shape, content, number)
    byteCount = shape.elementCount * size
  }

  /// The elements of a tensor of any type, as they lie in memory.
  init(of tensor: ONNXTensor, content: ArrayContent) {
    (elementType, shape, byteCount) = (tensor.elementType, tensor.shape, tensor.byteCount)
    (self.content, onnxType) = (content, tensor.onnxType)
  }
}

/// Where a tensor has its elements in a model that is to be written.
enum ONNXWrittenStorage {
  case inside(ONNXTensorData)
  case outside(ONNXExternalRange, ONNXTensorData)

  /// The fields of a tensor that say what its elements are and where, in the order of their numbers.
  ///
  /// Source: onnx/onnx.proto, `TensorProto`; onnx/docs/ExternalData.md.
  var fields: [(number: Int, piece: WirePiece)] {
    switch self {
    case .inside(let data):
      return shapeAndType(data)
        + [(9, .field(number: 9, [.array(data.content, byteCount: data.byteCount)]))]
    case .outside(let range, let data):
      let entries: [(key: ByteString, value: ByteString)] = [
        ("location", range.location), ("offset", ByteString("\(range.offset)")),
        ("length", ByteString("\(range.length)")),
      ]
      return shapeAndType(data)
        + entries.map { entry in
          let pieces: [WirePiece] = [
            .bytes(number: 1, entry.key.bytes), .bytes(number: 2, entry.value.bytes),
          ]
          return (13, .field(number: 13, pieces))
        } + [(14, .varint(number: 14, 1))]
    }
  }

  private func shapeAndType(_ data: ONNXTensorData) -> [(number: Int, piece: WirePiece)] {
    data.shape.map { (1, .varint(number: 1, UInt64($0))) }
      + [(2, .varint(number: 2, UInt64(data.onnxType)))]
  }

  /// The fields that these replace: shape, type, and elements wherever they were.
  static let replacedFields: Set<Int> = [1, 2, 4, 5, 6, 7, 9, 10, 11, 13, 14]
}

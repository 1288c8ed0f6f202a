import Bytes
import Elements
import ModelFormats
import Wire

/// A tensor of a model: a weight, or the value of an attribute; its elements stay where they are.
public struct ONNXTensor: Sendable {
  public let name: ByteString
  public let shape: Shape
  public let elementType: ElementType
  /// The number of the element type in ONNX.
  public let onnxType: Int32
  public let storage: Storage
  /// Bytes of all elements as they lie in memory; of strings and of types whose size is not known, what is stored.
  public let byteCount: Int
  /// The fields that it is, more than one where messages are merged, and their number.
  let fields: [WireField]

  /// Where the elements are.
  public enum Storage: Sendable {
    /// In the model's file, as they lie in memory, little endian.
    case raw(Range<Int>)
    /// In the model's file, as numbers of a repeated field.
    case typed(WireNumbers)
    /// In another file.
    case external(ONNXExternalRange)
    /// In the model's file, as texts.
    case strings
  }

  /// How many elements there are.
  public var elementCount: Int { shape.elementCount }
}

extension ONNXTensor {
  /// A part of the model's file as a tensor of bytes.
  init(bytes: Range<Int>) {
    (name, shape, elementType, onnxType) = ("", [bytes.count], .integer(bits: 8, isSigned: false), 2)
    (storage, byteCount, fields) = (.raw(bytes), bytes.count, [])
  }
}

/// A tensor's elements in another file.
public struct ONNXExternalRange: Sendable, Hashable {
  /// The file, by its path in the model's folder, `/` between its parts.
  public let location: ByteString
  public let offset: Int
  public let length: Int

  /// Where they are in that file.
  public var bytes: Range<Int> { offset..<offset + length }
}

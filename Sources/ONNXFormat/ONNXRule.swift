import Bytes
import Elements
import ModelFormats

/// The rules that an ONNX model has to follow before anything is made of it.
///
/// Source: onnx/onnx.proto; onnx/checker.cc.
public enum ONNXRule: FormatRule, Equatable {
  /// A model without a version of the format.
  case noVersion
  /// A model without a graph.
  case noGraph
  /// A model with two versions of one set of operators.
  case repeatedOperatorSet(domain: ByteString)
  /// A name that is longer than any.
  case longName(bytes: Int, limit: Int)
  /// A node without an operator.
  case noOperator
  /// A node or a function with an attribute twice.
  case repeatedAttribute(name: ByteString)
  /// An attribute without a name.
  case noAttributeName
  /// An attribute whose type is not one.
  case attributeType(Int64)
  /// An attribute that does not have the value that its type says.
  case noValue
  /// An attribute without a type that has several values.
  case severalValues
  /// A tensor whose element type does not exist.
  case elementType(Int32)
  /// A tensor with more axes than any.
  case rank(Int, limit: Int)
  /// A tensor with an axis of a negative size.
  case negativeAxis(Int64)
  /// A tensor whose size does not fit into a number.
  case sizeOverflow
  /// A tensor that is a part of one that was cut up.
  case segment
  /// A tensor with elements of its own and in another file, or in two of its fields.
  case severalStorages
  /// A tensor whose elements are in a field for other types.
  case otherStorage(type: ElementType)
  /// A tensor with another number of bytes than its shape and type need.
  case byteCount(found: Int, expected: Int)
  /// A tensor with another number of elements than its shape says.
  case elementCount(found: Int, expected: Int)
  /// An element that its type cannot hold.
  case value(Int64, type: ElementType)
  /// A tensor in another file that does not say in which, or says it twice.
  case location
  /// The name of another file that may lead anywhere.
  case forbiddenLocation(ByteString)
  /// An offset or a length in another file that is not a number, or is there twice.
  case externalNumber(key: ByteString)
  /// Elements in another file that end after its end.
  case externalRange(Range<Int>, fileBytes: Int)
  /// Two tensors that share a part of their elements in another file.
  case externalOverlap(Range<Int>, Range<Int>)
  /// A sparse tensor in another file.
  case externalSparse
  /// Another file that was not opened.
  case notOpened(location: ByteString)

  public var description: String {
    switch self {
    case .noVersion: "ir_version is missing, so it is not an ONNX model"
    case .noGraph: "the model has no graph"
    case .repeatedOperatorSet(let domain):
      "the model imports two versions of the operators of \(domain.isEmpty ? "ai.onnx" : domain)"
    case .longName(let bytes, let limit): "a name has \(grouped(bytes)) bytes, more than \(grouped(limit))"
    case .noOperator: "the node has no op_type"
    case .repeatedAttribute(let name): "it has the attribute \(name) twice"
    case .noAttributeName: "an attribute has no name"
    case .attributeType(let type): "the attribute type \(type) does not exist"
    case .noValue: "the attribute does not have the value that its type says"
    case .severalValues: "the attribute has no type, and several values"
    case .elementType(let type): "the element type \(type) does not exist"
    case .rank(let rank, let limit): "it has \(rank) axes, more than \(limit)"
    case .negativeAxis(let size): "an axis has the size \(size)"
    case .sizeOverflow: "its size does not fit into a number"
    case .segment: "it is a segment of a tensor, which bnfold does not put together"
    case .severalStorages: "it has its elements in more than one place"
    case .otherStorage(let type): "its elements are in a field that is not for the type \(type)"
    case .byteCount(let found, let expected):
      "it has \(counted(found, "byte")); its shape and type need \(grouped(expected))"
    case .elementCount(let found, let expected):
      "it has \(counted(found, "element")); its shape needs \(grouped(expected))"
    case .value(let value, let type): "the value \(value) is not one of the type \(type)"
    case .location: "its elements are in another file, but external_data does not have one location"
    case .forbiddenLocation(let location):
      "the file \(location) may be outside the folder of the model; only a relative path without .. is read"
    case .externalNumber(let key): "\(key) of its external_data is not one number"
    case .externalRange(let range, let bytes):
      "its elements are at \(range) of a file of \(counted(bytes, "byte"))"
    case .externalOverlap(let range, let other):
      "its elements at \(range) overlap those of another tensor at \(other)"
    case .externalSparse: "it is a sparse tensor with elements in another file"
    case .notOpened(let location): "the file \(location) with its elements was not opened"
    }
  }
}

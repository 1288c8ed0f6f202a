import Bytes
import Files
import LosslessJSON

/// What is wrong with a safetensors file, or with the attempt to read or write one.
public struct SafetensorsError: Error, Sendable {
  /// The broken rule.
  public enum Rule: Sendable {
    /// The file is too short for the length of the header.
    case noHeader
    case headerTooLarge(bytes: UInt64, limit: Int)
    /// The header is said to be longer than the file.
    case headerBeyondEnd(bytes: UInt64)
    /// The header does not begin with `{`.
    case headerStart
    case notJSON(JSONError)
    /// `__metadata__` is no map from text to text.
    case metadata
    case tooManyTensors(Int, limit: Int)
    /// A tensor's entry lacks something, or has it in another form.
    case malformedEntry(String)
    case unknownType(ByteString)
    case tooManyAxes(Int, limit: Int)
    /// The size of the tensor does not fit into a number.
    case sizeOverflow
    /// Elements of less than a byte do not fill whole bytes.
    case partOfAByte
    /// The tensor does not begin where the one before it ends, or ends before it begins.
    case offsets(found: Range<Int>?, expectedStart: Int)
    /// The tensor has another number of bytes than its shape and type need.
    case size(found: Int, expected: Int)
    /// The tensors end before or behind the end of the file.
    case end(found: Int, expected: Int)
    case file(FileError.Rule)
    /// The operating system refused to write; `errno`.
    case cannotWrite(Int32)
  }

  public let rule: Rule
  /// The name of the tensor; nil for the file itself.
  public let tensor: ByteString?

  public init(_ rule: Rule, tensor: ByteString? = nil) {
    self.rule = rule
    self.tensor = tensor
  }
}

extension SafetensorsError {
  /// Whether it is about the file that was to be written, not about the one that was read.
  public var isWriteFailure: Bool { if case .cannotWrite = rule { true } else { false } }
}

extension SafetensorsError: RemediedError {
  public var remedy: Remedy? {
    switch rule {
    case .tooManyTensors: .raise(.tensors)
    case .notJSON(let error): error.remedy
    case .file(let rule): rule.remedy
    default: nil
    }
  }
}

extension SafetensorsError: CustomStringConvertible {
  public var description: String { tensor.map { "tensor \($0): \(rule)" } ?? "\(rule)" }
}

extension SafetensorsError.Rule: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noHeader: "the file is too short to be a safetensors file"
    case .headerTooLarge(let bytes, let limit): "the header has \(bytes) bytes, more than \(limit)"
    case .headerBeyondEnd(let bytes): "the header is said to have \(bytes) bytes, more than the file"
    case .headerStart: "the header does not begin with {"
    case .notJSON(let error): error.remedy == nil ? "the header is not valid JSON: \(error)" : "\(error)"
    case .metadata: "__metadata__ is not a map from text to text"
    case .tooManyTensors(let count, let limit):
      "the file has \(count) tensors, more than \(limit)"
    case .malformedEntry(let what): what
    case .unknownType(let name): "the element type \(name) does not exist"
    case .tooManyAxes(let count, let limit): "it has \(count) axes, more than \(limit)"
    case .sizeOverflow: "its size does not fit into a number"
    case .partOfAByte: "its elements do not fill whole bytes"
    case .offsets(let found?, let expected): "it lies at \(found); expected a range from \(expected) on"
    case .offsets(nil, _): "it ends before it begins"
    case .size(let found, let expected): "it has \(found) bytes; its shape and type need \(expected)"
    case .end(let found, let expected):
      "the tensors end at \(found) instead of \(expected), the end of the file"
    case .file(let rule): "\(rule)"
    case .cannotWrite(let code): writeFailureMessage(code)
    }
  }
}

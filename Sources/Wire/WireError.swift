import Bytes
import Files

/// What is wrong with an encoded message, or with the attempt to read or write one.
public struct WireError: Error, Sendable, Equatable {
  /// The broken rule.
  public enum Rule: Sendable, Equatable {
    /// A number of more than ten bytes, or of more than 64 bits.
    case varint
    /// A message that ends before its field does.
    case endsEarly(needed: Int, left: Int)
    /// A field that is said to be longer than what is left of its message.
    case length(UInt64, left: Int)
    /// A field whose number no message can have.
    case fieldNumber(UInt64)
    /// A group, which readers have had no use for since messages have lengths.
    case group(field: Int)
    /// A wire type that does not exist.
    case wireType(Int, field: Int)
    /// A field that is encoded in another way than its message says.
    case otherType(field: Int, found: WireType, expected: WireType)
    /// Packed numbers that end within one of them.
    case partOfANumber(bytes: Int, size: Int)
    case tooDeep(limit: Int)
    case tooManyFields(limit: Int)
    /// A change of a field that the message does not have.
    case noSuchField
    /// More bytes than a message can have.
    case tooLarge(limit: Int)
    /// The file cannot be read.
    case file(FileError.Rule)
    /// The operating system refused to write; `errno`.
    case cannotWrite(Int32)
  }

  public let rule: Rule
  /// Where it is in the file, in bytes.
  public let offset: Int

  public init(_ rule: Rule, at offset: Int) {
    self.rule = rule
    self.offset = offset
  }
}

extension WireError {
  /// Whether it is about the file that was to be written, not about the one that was read.
  public var isWriteFailure: Bool { if case .cannotWrite = rule { true } else { false } }
}

extension WireError: RemediedError {
  public var remedy: Remedy? {
    switch rule {
    case .tooManyFields: .raise(.fields)
    case .file(let rule): rule.remedy
    default: nil
    }
  }
}

extension WireError: CustomStringConvertible {
  public var description: String {
    switch rule {
    case .file, .cannotWrite, .tooLarge: "\(rule)"
    case .noSuchField, .tooDeep, .tooManyFields: "at byte \(offset): \(rule)"
    default: "the message is damaged at byte \(offset): \(rule)"
    }
  }
}

extension WireError.Rule: CustomStringConvertible {
  public var description: String {
    switch self {
    case .varint: "the number has more than ten bytes, or more than 64 bits"
    case .endsEarly(let needed, let left):
      "the message ends within a field: \(counted(needed, "byte")) needed, \(left) left"
    case .length(let length, let left):
      "the field is said to have \(length) bytes, its message has \(left) left"
    case .fieldNumber(let number): "the field has the number \(number), which no field can have"
    case .group(let field): "the field \(field) is a group, which bnfold does not read"
    case .wireType(let type, let field): "the field \(field) has the wire type \(type), which does not exist"
    case .otherType(let field, let found, let expected):
      "the field \(field) is encoded as \(found); expected \(expected)"
    case .partOfANumber(let bytes, let size):
      "packed numbers of \(size) bytes each have \(bytes) bytes"
    case .tooDeep(let limit): "messages are nested more than \(limit) deep"
    case .tooManyFields(let limit): "the file has more than \(limit) fields"
    case .noSuchField: "the message has no field that begins and ends here"
    case .tooLarge(let limit): "the message would have more than \(limit) bytes, which protobuf cannot hold"
    case .file(let rule): "\(rule)"
    case .cannotWrite(let code): writeFailureMessage(code)
    }
  }
}

import Bytes

/// A JSON value that remembers where in the text it stands.
///
/// Values are looked at, never serialised again: an edit replaces a range of the text (`JSONEditor`), so that
/// key order, white space and the spelling of numbers stay as they were.
public struct JSONValue: Sendable {
  /// What the value is.
  public enum Kind: Sendable {
    case object([Member])
    case array([JSONValue])
    /// The decoded text, as UTF-8.
    case string(ByteString)
    /// The spelling in the file, such as `1e-3`.
    case number(ByteString)
    case boolean(Bool)
    case null
  }

  /// A key and its value, in the order of the text.
  public struct Member: Sendable {
    public let key: ByteString
    public let value: JSONValue
    /// From the key's quote to the value's end.
    public let range: Range<Int>
  }

  public let kind: Kind
  /// The value's bytes in the text.
  public let range: Range<Int>

  /// A value, and where it stands; one that stands in no text has no bytes.
  public init(_ kind: Kind, range: Range<Int> = 0..<0) {
    self.kind = kind
    self.range = range
  }
}

extension JSONValue {
  /// The value of a key; nil where this is no object or has no such key.
  public subscript(key: ByteString) -> JSONValue? { members?.first { $0.key == key }?.value }

  public var members: [Member]? { if case .object(let members) = kind { members } else { nil } }

  public var array: [JSONValue]? { if case .array(let values) = kind { values } else { nil } }

  public var string: ByteString? { if case .string(let text) = kind { text } else { nil } }

  public var boolean: Bool? { if case .boolean(let value) = kind { value } else { nil } }

  public var isNull: Bool { if case .null = kind { true } else { false } }

  /// A number that is written as an integer and fits.
  public var integer: Int? {
    if case .number(let spelling) = kind { Int(String(decoding: spelling.bytes, as: UTF8.self)) } else { nil }
  }

  /// A finite number.
  public var double: Double? {
    guard case .number(let spelling) = kind,
      let value = Double(String(decoding: spelling.bytes, as: UTF8.self)), value.isFinite
    else { return nil }
    return value
  }
}

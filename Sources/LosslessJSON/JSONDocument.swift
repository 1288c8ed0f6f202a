import Bytes

/// A JSON text and the tree of its values.
public struct JSONDocument: Sendable {
  /// The text, UTF-8, as it was given.
  public let text: [UInt8]
  /// The outermost value.
  public let root: JSONValue

  /// Parses a whole text.
  ///
  /// Source: RFC 8259. Stricter than it in that duplicate keys are refused, since two readers would see two
  /// different models, and in that sizes are limited.
  ///
  /// - Throws: `JSONError`, with the offset and the broken rule.
  public init(parsing text: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) {
    var parser = JSONParser(text: text, limits: limits)
    root = try parser.parseDocument()
    self.text = text
  }

  /// The bytes of a value as the text spells them.
  public func source(of value: JSONValue) -> ByteString { ByteString(text[value.range]) }
}

/// Limits that bound time and memory of parsing.
public struct JSONLimits: Sendable {
  /// How deep arrays and objects may nest.
  public var depth = 256
  /// How many values a text may have.
  public var values = 1_000_000
  /// How many bytes a text may have.
  public var bytes = 64 << 20
  /// Whether NaN, Infinity and -Infinity are numbers, as Python's json module writes them.
  public var acceptsNonFiniteNumbers = false

  public init() {}
}

/// A text that is not JSON, or breaks a limit.
public struct JSONError: Error, Equatable, Sendable {
  /// The broken rule.
  public enum Rule: Equatable, Sendable {
    case unexpectedEnd
    case unexpectedByte(UInt8, expected: String)
    case trailingBytes
    case duplicateKey(ByteString)
    case invalidString
    case invalidNumber
    case tooDeep(limit: Int)
    case tooManyValues(limit: Int)
    case tooLong(bytes: Int, limit: Int)
  }

  public let rule: Rule
  /// Where in the text, in bytes from its start.
  public let offset: Int
}

extension JSONError: RemediedError {
  public var remedy: Remedy? {
    switch rule {
    case .tooDeep: .raise(.jsonDepth)
    case .tooManyValues: .raise(.jsonValues)
    case .tooLong: .raise(.json)
    default: nil
    }
  }
}

extension JSONError: CustomStringConvertible {
  public var description: String { "\(rule) at byte \(offset)" }
}

extension JSONError.Rule: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unexpectedEnd: "the text ends too early"
    case .unexpectedByte(let byte, let expected): "expected \(expected), found \(ByteString([byte]))"
    case .trailingBytes: "there is more text after the value"
    case .duplicateKey(let key): "the key \"\(key)\" occurs twice in one object"
    case .invalidString: "a string has a malformed escape, a control character or bytes that are not UTF-8"
    case .invalidNumber: "a number is malformed or not finite"
    case .tooDeep(let limit): "values nest deeper than \(limit) levels"
    case .tooManyValues(let limit): "there are more than \(limit) values"
    case .tooLong(let bytes, let limit): "the text has \(bytes) bytes, more than \(limit)"
    }
  }
}

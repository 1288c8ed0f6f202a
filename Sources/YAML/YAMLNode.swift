import Bytes

/// A value of a YAML document, with the line on which it begins.
public struct YAMLNode: Sendable {
  /// What the value is.
  public enum Kind: Sendable {
    case mapping([(key: YAMLNode, value: YAMLNode)])
    case sequence([YAMLNode])
    /// Text, and whether it stands without quotes, so that it may mean something else than text.
    case scalar(ByteString, isPlain: Bool)
  }

  public let kind: Kind
  /// From 1.
  public let line: Int
}

extension YAMLNode {
  /// The value of a key; nil where this is no mapping or has no such key.
  public subscript(key: ByteString) -> YAMLNode? { members?.first { $0.key.text == key }?.value }

  public var members: [(key: YAMLNode, value: YAMLNode)]? {
    if case .mapping(let members) = kind { members } else { nil }
  }

  public var elements: [YAMLNode]? { if case .sequence(let elements) = kind { elements } else { nil } }

  /// The text of a scalar, whatever it may mean.
  public var text: ByteString? { if case .scalar(let text, _) = kind { text } else { nil } }

  /// Whether it is null, after the core schema of YAML 1.2.
  public var isNull: Bool {
    guard case .scalar(let text, true) = kind else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }

  /// A number; nil for text in quotes.
  public var number: Double? {
    guard case .scalar(let text, true) = kind else { return nil }
    return Double(String(decoding: text.bytes, as: UTF8.self))
  }
}

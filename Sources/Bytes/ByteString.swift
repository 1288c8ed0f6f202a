import Glibc

/// A name as a model file has it: bytes, compared as bytes.
///
/// Swift strings compare by canonical equivalence, so that two different tensor names may be equal as
/// strings. File formats compare bytes, and so does bnfold.
public struct ByteString: Hashable, Sendable, Codable {
  /// The bytes, usually UTF-8, without a terminating zero.
  public var bytes: [UInt8]

  public init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  public init(_ string: String) { bytes = Array(string.utf8) }

  /// The bytes of a C string, whether they are UTF-8 or not.
  public init(cString: UnsafePointer<CChar>) {
    bytes = Array(UnsafeRawBufferPointer(start: cString, count: strlen(cString)))
  }

  public var isEmpty: Bool { bytes.isEmpty }

  /// Whether it is text that every program can read.
  public var isUTF8: Bool { String(validating: bytes, as: UTF8.self) != nil }

  /// All bytes at once: the hash of an array takes them one by one.
  public func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }

  /// The parts between occurrences of a separator, empty parts left out.
  public func split(separator: UInt8) -> [ByteString] {
    bytes.split(separator: separator).map { ByteString($0) }
  }

  /// Parts with a separator between them.
  public init(joining parts: [ByteString], separator: UInt8) {
    bytes = Array(parts.map(\.bytes).joined(separator: [separator]))
  }

  public static func + (left: ByteString, right: ByteString) -> ByteString {
    ByteString(left.bytes + right.bytes)
  }

  public func hasPrefix(_ prefix: ByteString) -> Bool { bytes.starts(with: prefix.bytes) }

  /// What stands before an end; nil where the name has another one.
  public func dropping(suffix: ByteString) -> ByteString? {
    hasSuffix(suffix) ? ByteString(bytes.dropLast(suffix.bytes.count)) : nil
  }

  public func hasSuffix(_ suffix: ByteString) -> Bool {
    bytes.count >= suffix.bytes.count && bytes.suffix(suffix.bytes.count).elementsEqual(suffix.bytes)
  }
}

extension ByteString: Comparable {
  public static func < (left: ByteString, right: ByteString) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}

extension ByteString: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) { self.init(value) }
}

extension ByteString: CustomStringConvertible {
  /// The name for a person: control, bidirectional, unassigned and malformed characters are shown as escapes.
  ///
  /// A file's name must not be able to move the cursor, recolour the terminal or reorder the line.
  public var description: String {
    if bytes.allSatisfy({ (0x20..<0x7F).contains($0) }) { return String(decoding: bytes, as: UTF8.self) }
    var shown = ""
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar):
        if Self.changesTheTerminal(scalar) {
          shown += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
          shown.unicodeScalars.append(scalar)
        }
      case .error: shown += "\\u{fffd}"
      case .emptyInput: return shown
      }
    }
  }

  private static func changesTheTerminal(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: true
    default: false
    }
  }
}

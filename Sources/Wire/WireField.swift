/// How the value of a field is encoded.
///
/// Source: protobuf, "Encoding", message structure; types 3 and 4 are groups.
public enum WireType: Int, Sendable {
  case varint = 0
  case fixed64 = 1
  case bytes = 2
  case fixed32 = 5
}

extension WireType: CustomStringConvertible {
  public var description: String {
    switch self {
    case .varint: "a varint"
    case .fixed64: "eight bytes"
    case .bytes: "bytes with a length"
    case .fixed32: "four bytes"
    }
  }
}

/// A field of a message: its number, its value, and where it is.
public struct WireField: Sendable, Equatable {
  /// A value; bytes stay where they are.
  public enum Value: Sendable, Equatable {
    case varint(UInt64)
    case fixed64(UInt64)
    case bytes(Range<Int>)
    case fixed32(UInt32)
  }

  public let number: Int
  public let value: Value
  /// The whole field in its source, its key included.
  public let range: Range<Int>

  /// How the value is encoded.
  public var type: WireType {
    switch value {
    case .varint: .varint
    case .fixed64: .fixed64
    case .bytes: .bytes
    case .fixed32: .fixed32
    }
  }
}

extension WireField {
  /// The value of a varint.
  public var varint: UInt64 {
    get throws(WireError) {
      guard case .varint(let value) = value else { throw mismatch(.varint) }
      return value
    }
  }

  /// The bit pattern of four bytes.
  public var fixed32: UInt32 {
    get throws(WireError) {
      guard case .fixed32(let value) = value else { throw mismatch(.fixed32) }
      return value
    }
  }

  /// Where the bytes of a text, of bytes, of packed numbers or of a message are.
  public var payload: Range<Int> {
    get throws(WireError) {
      guard case .bytes(let range) = value else { throw mismatch(.bytes) }
      return range
    }
  }

  func mismatch(_ expected: WireType) -> WireError {
    WireError(.otherType(field: number, found: type, expected: expected), at: range.lowerBound)
  }
}

import Arrays

/// A part of a message that is to be written.
public indirect enum WirePiece: Sendable {
  /// Bytes of the source as they are.
  case copied(Range<Int>)
  /// Few new bytes.
  case bytes([UInt8])
  /// Many new bytes, which are made while they are written.
  case array(ArrayContent, byteCount: Int)
  /// A field with a length: a message, or bytes.
  case field(number: Int, [WirePiece])
}

extension WirePiece {
  /// A field with a number in it.
  public static func varint(number: Int, _ value: UInt64) -> WirePiece {
    .bytes(encoded(key(number, .varint)) + encoded(value))
  }

  /// A field with bytes or a text in it.
  public static func bytes(number: Int, _ bytes: [UInt8]) -> WirePiece {
    .field(number: number, [.bytes(bytes)])
  }

  /// The key of a field.
  static func key(_ number: Int, _ type: WireType) -> UInt64 { UInt64(number) << 3 | UInt64(type.rawValue) }

  /// The shortest encoding of a number.
  static func encoded(_ value: UInt64) -> [UInt8] {
    var (rest, bytes) = (value, [UInt8]())
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}

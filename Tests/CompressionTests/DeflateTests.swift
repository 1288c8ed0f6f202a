import Compression
import Testing

/// Streams after RFC 1951: nothing but the whole content, at its size.
@Suite struct DeflateTests {
  /// "hello hello hello", by zlib at its best level, with the header and checksum of RFC 1950 and without.
  private static let raw: [UInt8] = [0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x57, 0xC8, 0x40, 0x90, 0x00]
  private static let wrapped: [UInt8] = [0x78, 0xDA] + raw + [0x3A, 0x2E, 0x06, 0x7D]
  private static let text = Array("hello hello hello".utf8)

  private static func inflated(_ bytes: [UInt8], _ count: Int, _ wrapper: Deflate.Wrapper) -> [UInt8]? {
    Deflate.inflated(bytes, byteCount: count, wrapper: wrapper)
  }

  @Test func `A stream gives its content`() {
    #expect(Self.inflated(Self.raw, 17, .none) == Self.text)
    #expect(Self.inflated(Self.wrapped, 17, .zlib) == Self.text)
  }

  @Test func `A stream of another size, a cut one and one with something after it give nothing`() {
    for count in [0, 16, 18, 1 << 20] { #expect(Self.inflated(Self.raw, count, .none) == nil) }
    for length in 0..<Self.wrapped.count {
      #expect(Self.inflated(Array(Self.wrapped[..<length]), 17, .zlib) == nil)
    }
    #expect(Self.inflated(Self.raw + [0], 17, .none) == nil)
    #expect(Self.inflated(Self.wrapped, 17, .none) == nil && Self.inflated(Self.raw, 17, .zlib) == nil)
  }

  @Test(arguments: 0..<4)
  func `A checksum that is wrong gives nothing`(place: Int) {
    var bytes = Self.wrapped
    bytes[bytes.count - 1 - place] ^= 1
    #expect(Self.inflated(bytes, 17, .zlib) == nil)
  }
}

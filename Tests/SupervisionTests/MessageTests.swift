import Supervision
import Tensor
import Testing

/// What crosses the border between two processes arrives as it was, or not at all.
@Suite struct MessageTests {
  private func roundTrip<Value: Message & Equatable>(_ value: Value) throws {
    #expect(try Value(decoding: value.encoded) == value)
  }

  @Test func `Values arrive as they were`() throws {
    for number in [0, 1, -1, .max, .min, 1 << 40] { try roundTrip(number) }
    for number in [0.0, -0.0, 1.5, .infinity, .leastNonzeroMagnitude] { try roundTrip(number) }
    for value in [true, false] { try roundTrip(value) }
    for text: ByteString in ["", "conv/kernel:0", ByteString([0, 255, 27])] { try roundTrip(text) }
    try roundTrip([1, nil, 3] as [Int?])
    try roundTrip([["a"], []] as [[ByteString]])
    #expect(try Double(decoding: Double.nan.encoded).isNaN)
  }

  @Test func `Text for people loses what could change a terminal`() throws {
    let hostile = "a\u{1B}[31mb\u{202E}c"
    #expect(try String(decoding: hostile.encoded) == #"a\u{1b}[31mb\u{202e}c"#)
  }

  /// However it is cut, and whatever stands behind it.
  @Test func `A message that is cut or too long is refused`() {
    let bytes = (["first", "second"] as [ByteString]).encoded
    for length in 0..<bytes.count {
      #expect(throws: MessageError.self) { try [ByteString](decoding: Array(bytes[..<length])) }
    }
    #expect(throws: MessageError.self) { try [ByteString](decoding: bytes + [0]) }
  }

  /// A count of elements that are not there makes room for nothing.
  @Test(arguments: [Int.max, .min, -1, 1 << 50])
  func `A count that lies is refused at once`(count: Int) {
    #expect(throws: MessageError.self) { try [Int](decoding: count.encoded) }
    #expect(throws: MessageError.self) { try ByteString(decoding: count.encoded) }
  }

  @Test func `Random bytes are refused or read, and nothing else happens`() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<10_000 {
      let bytes = (0..<Int(generator.next() % 40)).map { _ in UInt8(generator.next() % 4) }
      if let value = try? [[ByteString?]](decoding: bytes) { #expect(value.encoded == bytes) }
    }
  }
}

import Bytes
import Supervision
import Testing

/// What crosses the border between two processes arrives as it was, or not at all.
@Suite struct MessageTests {
  private func roundTrip<Value: Codable & Equatable>(_ value: Value) throws {
    #expect(try Value(decoding: value.encoded) == value)
  }

  @Test func `Values arrive as they were`() throws {
    for number in [0, 1, -1, .max, .min, 1 << 40] { try roundTrip(number) }
    for number in [0.0, -0.0, 1.5, .infinity, .leastNonzeroMagnitude] { try roundTrip(number) }
    for value in [true, false] { try roundTrip(value) }
    for text: ByteString in ["", "conv/kernel:0", ByteString([0, 255, 27])] { try roundTrip(text) }
    try roundTrip([1, nil, 3] as [Int?])
    try roundTrip([["a"], []] as [[ByteString]])
    try roundTrip(["a", "b"] as Set<ByteString>)
    #expect(try Double(decoding: Double.nan.encoded).isNaN)
  }

  private struct Compound: Codable, Equatable {
    enum Choice: Codable, Equatable {
      case nothing
      case one(ByteString)
      case two(first: Int?, second: [Double])
    }
    enum Word: String, Codable { case yes, no }

    let choices: [Choice]
    let word: Word
    var missing: Choice?
    var table: [[Int?]?] = []
  }

  @Test func `Values of values arrive as they were`() throws {
    let choices: [Compound.Choice] = [
      .nothing, .one("a"), .two(first: nil, second: []), .two(first: 3, second: [.pi]),
    ]
    try roundTrip(Compound(choices: choices, word: .no))
    try roundTrip(Compound(choices: [], word: .yes, missing: .one(""), table: [nil, [nil, 2]]))
  }

  private struct Even: Codable, CheckedMessage {
    var number: Int
    var isPossible: Bool { number.isMultiple(of: 2) }
  }

  @Test func `A value that cannot be is refused, wherever it is`() throws {
    #expect(try [Even](decoding: [Even(number: 2)].encoded).count == 1)
    for value in [[Even(number: 1)], [Even(number: 2), Even(number: 3)]] {
      #expect(throws: MessageError.self) { try [Even](decoding: value.encoded) }
      #expect(throws: MessageError.self) { try [Even?](decoding: value.map { $0 as Even? }.encoded) }
    }
  }

  @Test func `The name of a case that there is not is refused`() {
    let bytes = [Compound.Choice.nothing].encoded
    let other = bytes.map { $0 == UInt8(ascii: "n") ? UInt8(ascii: "m") : $0 }
    #expect(throws: MessageError.self) { try [Compound.Choice](decoding: other) }
  }

  @Test func `Text for people loses what could change a terminal`() throws {
    let hostile = "a\u{1B}[31mb\u{202E}c"
    #expect(try String(decoding: hostile.encoded) == #"a\u{1b}[31mb\u{202e}c"#)
  }

  /// However it is cut, and whatever follows it.
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
      _ = try? Compound(decoding: bytes)
    }
  }
}

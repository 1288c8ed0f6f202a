import Files
import Fixtures
import Testing

@testable import Wire

/// Fields are read in their order, and bytes that are no message are told by the rule that they break.
@Suite struct WireReaderTests {
  private func fields(_ bytes: [UInt8], limits: WireLimits = WireLimits()) throws(WireError) -> [WireField] {
    var message = WireReader(.memory(bytes), limits: limits).message
    var fields: [WireField] = []
    while let field = try message.next() { fields.append(field) }
    return fields
  }

  @Test func `Fields have their numbers, values and places`() throws {
    let bytes: [UInt8] =
      [0x08, 0x96, 0x01] + [0x11, 1, 2, 3, 4, 5, 6, 7, 8] + [0x1A, 0x02, 0x61, 0x62] + [0x25, 1, 0, 0, 0x80]
      + [0xF8, 0xFF, 0xFF, 0xFF, 0x0F, 0x81, 0x80, 0x00]
    #expect(
      try fields(bytes) == [
        WireField(number: 1, value: .varint(150), range: 0..<3),
        WireField(number: 2, value: .fixed64(0x0807_0605_0403_0201), range: 3..<12),
        WireField(number: 3, value: .bytes(14..<16), range: 12..<16),
        WireField(number: 4, value: .fixed32(0x8000_0001), range: 16..<21),
        WireField(number: 1 << 29 - 1, value: .varint(1), range: 21..<29),
      ])
    #expect(try fields([]).isEmpty)
  }

  @Test func `A varint may have ten bytes and 64 bits`() throws {
    let largest = [UInt8](repeating: 0xFF, count: 9) + [0x01]
    #expect(try fields([0x08] + largest).map(\.value) == [.varint(.max)])
  }

  private static let nines = [UInt8](repeating: 0xFF, count: 9)

  static let broken: [(bytes: [UInt8], rule: WireError.Rule, offset: Int)] = [
    ([0x08] + nines + [0x02], .varint, 1),
    ([0x08] + nines + [0xFF, 0x01], .varint, 1),
    ([0x08, 0x80], .endsEarly(needed: 2, left: 1), 1),
    ([0x08], .endsEarly(needed: 1, left: 0), 1),
    ([0x10, 1, 0x11, 1, 2, 3], .endsEarly(needed: 8, left: 3), 3),
    ([0x15, 1, 2, 3], .endsEarly(needed: 4, left: 3), 1),
    ([0x12, 3, 1, 2], .length(3, left: 2), 0),
    ([0x12] + nines + [0x01, 1], .length(.max, left: 1), 0),
    ([0x00, 1], .fieldNumber(0), 0),
    ([0x80, 0x80, 0x80, 0x80, 0x10, 1], .fieldNumber(1 << 29), 0),
    ([0x13], .group(field: 2), 0),
    ([0x08, 1, 0x14], .group(field: 2), 2),
    ([0x16], .wireType(6, field: 2), 0),
    ([0x17], .wireType(7, field: 2), 0),
  ]

  @Test(arguments: broken)
  func `Each broken rule is an error with its place`(
    bytes: [UInt8], rule: WireError.Rule, offset: Int
  ) throws {
    #expect(throws: WireError(rule, at: offset)) { try fields(bytes) }
    let (file, path) = try file(bytes)
    #expect(throws: WireError(rule, at: offset)) {
      var message = WireReader(.file(file)).message
      while try message.next() != nil {}
    }
    withExtendedLifetime(path) {}
  }

  private func file(_ bytes: [UInt8]) throws -> (InputFile, TemporaryDirectory) {
    let directory = TemporaryDirectory()
    try writeFile(directory.file("message"), bytes)
    return (try InputFile(opening: directory.file("message"), limit: .max), directory)
  }

  @Test func `A value of another type is refused, with what was expected`() throws {
    let field = try #require(try fields([0x0D, 0, 0, 0, 0]).first)
    let expected = WireError(.otherType(field: 1, found: .fixed32, expected: .bytes), at: 0)
    #expect(throws: expected) { try field.payload }
    #expect(throws: WireError(.otherType(field: 1, found: .fixed32, expected: .varint), at: 0)) {
      try field.varint
    }
    #expect(
      "\(expected)"
        == "the message is damaged at byte 0: the field 1 is encoded as four bytes; expected bytes with a length"
    )
  }

  @Test func `Messages are read as deep as the limit, and no deeper`() throws {
    var bytes: [UInt8] = []
    for _ in 0..<9 { bytes = [0x0A, UInt8(bytes.count)] + bytes }
    func depth(_ limit: Int) throws -> Int {
      var limits = WireLimits()
      limits.depth = limit
      var message = WireReader(.memory(bytes), limits: limits).message
      var depth = 0
      while let field = try message.next() {
        message = try message.message([field])
        depth += 1
      }
      return depth
    }
    #expect(try depth(9) == 9)
    #expect(throws: WireError(.tooDeep(limit: 8), at: 18)) { try depth(8) }
  }

  @Test func `Fields and packed numbers are counted`() throws {
    var limits = WireLimits()
    limits.fields = 3
    #expect(try fields([0x08, 1, 0x08, 1, 0x08, 1], limits: limits).count == 3)
    #expect(throws: WireError(.tooManyFields(limit: 3), at: 6)) {
      try fields([0x08, 1, 0x08, 1, 0x08, 1, 0x08, 1], limits: limits)
    }
    let reader = WireReader(.memory([0x0A, 3, 1, 2, 3]), limits: limits)
    var message = reader.message
    let field = try #require(try message.next())
    #expect(throws: WireError(.tooManyFields(limit: 3), at: 0)) { try reader.numbers(.varint, in: field) }
  }

  @Test func `Fields of one message are merged in their order`() throws {
    let bytes: [UInt8] = [0x0A, 2, 0x10, 1, 0x18, 5, 0x0A, 0, 0x0A, 4, 0x10, 2, 0x20, 3]
    var outer = WireReader(.memory(bytes)).message
    var parts: [WireField] = []
    while let field = try outer.next() { if field.number == 1 { parts.append(field) } }
    var merged = try outer.message(parts)
    var values: [Int: [UInt64]] = [:]
    while let field = try merged.next() { values[field.number, default: []].append(try field.varint) }
    #expect(values == [2: [1, 2], 4: [3]])
  }

  @Test func `A message larger than the window is read as one in memory is`() throws {
    var bytes: [UInt8] = []
    for number in 0..<3000 {
      let count = number % 500 == 0 ? 70_000 : number % 90
      bytes += [0x12, UInt8(count & 0x7F) | 0x80, UInt8(count >> 7 & 0x7F) | 0x80, UInt8(count >> 14)]
      bytes += [UInt8](repeating: UInt8(number & 0x7F), count: count) + [0x08, UInt8(number & 0x7F)]
    }
    let (file, directory) = try file(bytes)
    let reader = WireReader(.file(file))
    var message = reader.message
    var found: [WireField] = []
    while let field = try message.next() {
      if case .bytes(let range) = field.value { #expect(try reader.bytes(range) == Array(bytes[range])) }
      found.append(field)
    }
    #expect(try found == fields(bytes))
    #expect(found.count == 6000)
    withExtendedLifetime(directory) {}
  }
}

import Testing
import Wire

/// Repeated numbers are the same whether they are packed, not, or both.
@Suite struct WireNumbersTests {
  private func numbers(_ type: WireType, _ bytes: [UInt8]) throws -> (WireNumbers, WireReader) {
    let reader = WireReader(.memory(bytes))
    var (message, numbers) = (reader.message, WireNumbers(type))
    while let field = try message.next() { try numbers.append(field, from: reader) }
    return (numbers, reader)
  }

  private func read(_ elements: Range<Int>, _ numbers: WireNumbers, _ reader: WireReader) throws -> [UInt64] {
    var values: [UInt64] = []
    try numbers.read(elements, from: reader) { values.append($0) }
    return values
  }

  @Test func `Varints`() throws {
    let bytes: [UInt8] = [
      0x08, 7, 0x08, 0x81, 0x01, 0x0A, 4, 1, 0x82, 0x80, 0x00, 0x0A, 0, 0x08, 9, 0x0A, 1, 3,
    ]
    let (all, reader) = try numbers(.varint, bytes)
    let expected: [UInt64] = [7, 129, 1, 2, 9, 3]
    #expect(all.count == 6)
    for first in 0...6 {
      for end in first...6 {
        #expect(try read(first..<end, all, reader) == Array(expected[first..<end]))
      }
    }
    #expect(all.fixedRange == nil)
  }

  @Test func `Numbers of fixed size`() throws {
    let bytes: [UInt8] = [
      0x0D, 1, 0, 0, 0, 0x0D, 2, 0, 0, 0, 0x0A, 8, 3, 0, 0, 0, 4, 0, 0, 0, 0x0D, 5, 0, 0, 0,
    ]
    let (all, reader) = try numbers(.fixed32, bytes)
    #expect(try read(0..<5, all, reader) == [1, 2, 3, 4, 5])
    #expect(try read(3..<5, all, reader) == [4, 5])
    let (packed, other) = try numbers(.fixed64, [0x0A, 16, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0])
    #expect(try read(1..<2, packed, other) == [2])
    #expect(packed.fixedRange == 2..<18)
  }

  @Test func `Many numbers are found from any element on`() throws {
    var bytes: [UInt8] = []
    for number in 0..<40_000 {
      bytes += [UInt8(number & 0x7F) | 0x80, UInt8(number >> 7 & 0x7F) | 0x80, UInt8(number >> 14)]
    }
    let count = bytes.count
    let packed: [UInt8] =
      [0x0A, UInt8(count & 0x7F) | 0x80, UInt8(count >> 7 & 0x7F) | 0x80, UInt8(count >> 14)] + bytes
    let (all, reader) = try numbers(.varint, packed)
    #expect(all.count == 40_000)
    for first in [0, 1, 16_383, 16_384, 16_385, 32_767, 39_998] {
      #expect(try read(first..<first + 2, all, reader) == [UInt64(first), UInt64(first + 1)])
    }
    #expect(try read(16_000..<33_000, all, reader) == (16_000..<33_000).map { UInt64($0) })
  }

  @Test func `Damaged ones are refused`() throws {
    #expect(throws: WireError(.partOfANumber(bytes: 5, size: 4), at: 0)) {
      try numbers(.fixed32, [0x0A, 5, 1, 2, 3, 4, 5])
    }
    #expect(throws: WireError(.endsEarly(needed: 2, left: 1), at: 3)) {
      try numbers(.varint, [0x0A, 2, 1, 0x80])
    }
    #expect(throws: WireError(.otherType(field: 1, found: .varint, expected: .fixed32), at: 0)) {
      try numbers(.fixed32, [0x08, 5])
    }
  }
}

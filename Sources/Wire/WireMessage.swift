/// A message, whose fields are given in their order.
///
/// It may be in several places: where a field that is not repeated comes more than once, its messages are merged, which is
/// the same as one message with the fields of all.
/// Source: protobuf, "Encoding", last one wins.
public struct WireMessage {
  private let reader: WireReader
  /// Where its fields are; more than one range where messages are merged.
  public let ranges: [Range<Int>]
  private let depth: Int
  private var number = 0
  private var position: Int

  private static let largestFieldNumber: UInt64 = 1 << 29 - 1

  init(_ reader: WireReader, _ ranges: [Range<Int>], depth: Int) {
    self.reader = reader
    self.ranges = ranges
    self.depth = depth
    position = ranges.first?.lowerBound ?? 0
  }

  /// The message that all these fields of this one are together.
  ///
  /// - Throws: `WireError` where it is too deep, or a field is not a message.
  public func message(_ fields: [WireField]) throws(WireError) -> WireMessage {
    var ranges: [Range<Int>] = []
    for field in fields { ranges.append(try field.payload) }
    try reader.checkDepth(depth + 1, at: ranges.first?.lowerBound ?? position)
    return WireMessage(reader, ranges, depth: depth + 1)
  }

  /// The next field; nil at the end.
  ///
  /// - Throws: `WireError`, which says where it is, and which rule is broken.
  public mutating func next() throws(WireError) -> WireField? {
    while number < ranges.count, position == ranges[number].upperBound {
      number += 1
      if number < ranges.count { position = ranges[number].lowerBound }
    }
    guard number < ranges.count else { return nil }
    let (start, end) = (position, ranges[number].upperBound)
    try reader.count(1, at: start)
    let field = try field(at: start, end: end)
    position = field.range.upperBound
    return field
  }

  private func field(at start: Int, end: Int) throws(WireError) -> WireField {
    let (key, next) = try reader.varint(at: start, end: end)
    guard 1...Self.largestFieldNumber ~= key >> 3 else { throw WireError(.fieldNumber(key >> 3), at: start) }
    let (number, type) = (Int(key >> 3), Int(key & 7))
    switch WireType(rawValue: type) {
    case .varint:
      let (value, next) = try reader.varint(at: next, end: end)
      return WireField(number: number, value: .varint(value), range: start..<next)
    case .fixed64:
      let value = try reader.fixed(UInt64.self, at: next, end: end)
      return WireField(number: number, value: .fixed64(value), range: start..<next + 8)
    case .fixed32:
      let value = try reader.fixed(UInt32.self, at: next, end: end)
      return WireField(number: number, value: .fixed32(value), range: start..<next + 4)
    case .bytes:
      let (length, next) = try reader.varint(at: next, end: end)
      guard length <= UInt64(end - next) else {
        throw WireError(.length(length, left: end - next), at: start)
      }
      let payload = next..<next + Int(length)
      return WireField(number: number, value: .bytes(payload), range: start..<payload.upperBound)
    case nil:
      throw WireError(
        [3, 4].contains(type) ? .group(field: number) : .wireType(type, field: number), at: start)
    }
  }
}

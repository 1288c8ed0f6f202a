import Bytes

/// A random field, with what it is after some changes.
///
/// Nothing here uses the code under test.
struct RandomField {
  let number: Int
  /// The key, and the length or the value, as they are encoded.
  private let head: [UInt8]
  /// The fields of a message; nil for a field that is not one.
  private(set) var children: [RandomField]?
  var replacement: [UInt8]?
  var appended: [UInt8] = []
  var before: [UInt8] = []
  var after: [UInt8] = []

  init(depth: Int, using generator: inout SeededGenerator) {
    let number = Int.random(in: 1...40, using: &generator)
    self.number = number
    let kind = depth > 0 ? Int.random(in: 0..<6, using: &generator) : Int.random(in: 3..<6, using: &generator)
    func key(_ type: UInt64) -> [UInt8] {
      Self.varint(UInt64(number) << 3 | type, extra: Int.random(in: 0...9, using: &generator) / 7)
    }
    switch kind {
    case 0...2:
      let fields = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
        RandomField(depth: depth - 1, using: &generator)
      }
      let count = UInt64(fields.reduce(0) { $0 + $1.original.count })
      head = key(2) + Self.varint(count, extra: Int.random(in: 0...3, using: &generator) / 3)
      children = fields
    case 3:
      head =
        key(0)
        + Self.varint(
          .random(in: 0...300, using: &generator), extra: Int.random(in: 0...2, using: &generator))
    case 4: head = key(5) + (0..<4).map { _ in UInt8.random(in: 0...255, using: &generator) }
    default:
      let count = Int.random(in: 0...200, using: &generator)
      head = key(2) + Self.varint(UInt64(count), extra: 0) + [UInt8](repeating: 0xAB, count: count)
    }
  }

  /// An encoding with some bytes more than it needs.
  static func varint(_ value: UInt64, extra: Int) -> [UInt8] {
    var (rest, bytes) = (value, [UInt8]())
    repeat {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    } while rest > 0
    bytes += [UInt8](repeating: 0x80, count: extra)
    bytes[bytes.count - 1] &= 0x7F
    return bytes
  }

  var original: [UInt8] { head + (children ?? []).flatMap(\.original) }

  private var isChangedInside: Bool { !appended.isEmpty || (children ?? []).contains { $0.isChanged } }
  private var isChanged: Bool {
    replacement != nil || !before.isEmpty || !after.isEmpty || isChangedInside
  }

  /// What has to be written: only messages around a change have a new key and length.
  var changed: [UInt8] {
    if let replacement { return before + replacement + after }
    guard isChangedInside else { return before + original + after }
    let content = (children ?? []).flatMap(\.changed) + appended
    let head = Self.varint(UInt64(number) << 3 | 2, extra: 0) + Self.varint(UInt64(content.count), extra: 0)
    return before + head + content + after
  }

  /// Visits the field and those in it with their places; those in a field that is replaced are left out.
  mutating func visit(from start: Int, _ body: (inout RandomField, Range<Int>) -> Void) {
    body(&self, start..<start + original.count)
    guard replacement == nil, var fields = children else { return }
    var position = start + head.count
    for index in fields.indices {
      let count = fields[index].original.count
      fields[index].visit(from: position, body)
      position += count
    }
    children = fields
  }
}

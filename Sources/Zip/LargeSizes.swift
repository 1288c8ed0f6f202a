/// The extra field that has the sizes and the place of a member where four bytes are too small for them.
///
/// Source: APPNOTE.TXT 4.5.3.
struct LargeSizes {
  private static let identifier: UInt16 = 1
  private var fields: RecordFields?

  /// Looks for the field among the extra fields of a header.
  ///
  /// - Returns: nil where the extra fields are damaged.
  init?(in extra: ArraySlice<UInt8>) {
    var rest = RecordFields(extra)
    while !rest.rest.isEmpty {
      guard let identifier: UInt16 = rest.take(), let size: UInt16 = rest.take(),
        let content = rest.take(count: Int(size))
      else { return nil }
      guard identifier == Self.identifier else { continue }
      guard fields == nil else { return nil }
      fields = RecordFields(content)
    }
  }

  /// A size, or the next one of this field where the header has the mark for it; nil if it has none.
  mutating func resolve(_ size: UInt32) -> Int? {
    guard size == .max else { return Int(size) }
    let large: UInt64? = fields?.take()
    return large.flatMap { Int(exactly: $0) }
  }

  /// The field for a new header.
  static func bytes(_ sizes: [Int]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(fields: identifier, UInt16(8 * sizes.count))
    for size in sizes { bytes.append(fields: UInt64(size)) }
    return bytes
  }
}

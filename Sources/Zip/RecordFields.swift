/// The fields of a record, one after the other, little endian.
struct RecordFields {
  private let bytes: ArraySlice<UInt8>
  private var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  /// What has not been taken.
  var rest: ArraySlice<UInt8> { bytes[position...] }

  /// The next field; nil where the record ends before it.
  mutating func take<Value: FixedWidthInteger>(_: Value.Type = Value.self) -> Value? {
    let size = MemoryLayout<Value>.size
    guard bytes.endIndex - position >= size else { return nil }
    defer { position += size }
    return bytes[position..<position + size].reversed().reduce(0) { $0 << 8 | Value($1) }
  }

  /// The next bytes; nil where the record ends before them.
  mutating func take(count: Int) -> ArraySlice<UInt8>? {
    guard bytes.endIndex - position >= count else { return nil }
    defer { position += count }
    return bytes[position..<position + count]
  }
}

extension [UInt8] {
  /// Appends fields, little endian.
  mutating func append(fields: any FixedWidthInteger...) {
    for field in fields { append(contentsOf: field.littleEndianBytes) }
  }
}

extension FixedWidthInteger {
  fileprivate var littleEndianBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
}

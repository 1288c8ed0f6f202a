import Files

/// Messages of a source, read through a window: whatever their size, memory has a few bytes of them.
///
/// Source: protobuf, "Encoding".
public final class WireReader {
  public let source: WireSource
  private let limits: WireLimits
  /// The part of the source that is in memory.
  private var window: [UInt8] = []
  private var windowStart = 0
  private var fieldCount = 0

  /// Large enough that structures are read at the speed of memory, small enough that skipping arrays costs nothing.
  private static let windowBytes = 1 << 16

  /// The most bytes of a varint.
  private static let longestVarint = 10

  public init(_ source: WireSource, limits: WireLimits = WireLimits()) {
    self.source = source
    self.limits = limits
    if case .memory(let bytes) = source { window = bytes }
  }

  /// The whole source as a message.
  public var message: WireMessage { WireMessage(self, [0..<source.byteCount], depth: 0) }

  /// Reads bytes, such as a name, which the caller has found to be few.
  ///
  /// - Throws: `WireError` where the file cannot be read.
  public func bytes(_ range: Range<Int>) throws(WireError) -> [UInt8] {
    if let inWindow = indices(of: range) { return Array(window[inWindow]) }
    guard range.count <= Self.windowBytes else { return try source.bytes(range) }
    try moveWindow(to: range.lowerBound)
    guard let inWindow = indices(of: range) else {
      throw WireError(.file(.endsEarly), at: range.lowerBound)
    }
    return Array(window[inWindow])
  }

  private func indices(of range: Range<Int>) -> Range<Int>? {
    let first = range.lowerBound - windowStart
    return first >= 0 && range.upperBound - windowStart <= window.count ? first..<first + range.count : nil
  }

  private func moveWindow(to offset: Int) throws(WireError) {
    guard case .file(let file) = source, offset < file.byteCount else {
      throw WireError(.file(.endsEarly), at: offset)
    }
    window = try source.bytes(offset..<min(offset + Self.windowBytes, file.byteCount))
    windowStart = offset
  }

  private func byte(at offset: Int) throws(WireError) -> UInt8 {
    let index = offset - windowStart
    if index >= 0, index < window.count { return window[index] }
    try moveWindow(to: offset)
    return window[0]
  }

  /// A varint that begins at an offset and ends before another one.
  func varint(at start: Int, end: Int) throws(WireError) -> (value: UInt64, next: Int) {
    var value: UInt64 = 0
    for index in 0..<Self.longestVarint {
      guard start + index < end else {
        throw WireError(.endsEarly(needed: index + 1, left: end - start), at: start)
      }
      let byte = try byte(at: start + index)
      value |= UInt64(byte & 0x7F) << (7 * index)
      if byte < 0x80 {
        guard index < Self.longestVarint - 1 || byte <= 1 else { break }
        return (value, start + index + 1)
      }
    }
    throw WireError(.varint, at: start)
  }

  /// A number of some bytes, little endian.
  func fixed<Value: FixedWidthInteger & UnsignedInteger>(
    _: Value.Type, at start: Int, end: Int
  ) throws(WireError) -> Value {
    let size = MemoryLayout<Value>.size
    guard size <= end - start else { throw WireError(.endsEarly(needed: size, left: end - start), at: start) }
    var value: Value = 0
    for index in 0..<size { value |= Value(try byte(at: start + index)) << (8 * index) }
    return value
  }

  /// Counts what memory is needed for.
  func count(_ fields: Int, at offset: Int) throws(WireError) {
    guard fields <= limits.fields - fieldCount else {
      throw WireError(.tooManyFields(limit: limits.fields), at: offset)
    }
    fieldCount += fields
  }

  func checkDepth(_ depth: Int, at offset: Int) throws(WireError) {
    guard depth <= limits.depth else { throw WireError(.tooDeep(limit: limits.depth), at: offset) }
  }
}

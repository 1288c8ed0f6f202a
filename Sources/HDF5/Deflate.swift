import CZlib

/// The filter deflate: a zlib stream (RFC 1950) for each chunk.
enum Deflate {
  /// The content of a stream, if it has exactly the expected size.
  ///
  /// No more than that is ever made, whatever the stream would give.
  static func inflated(_ stored: [UInt8], byteCount: Int) -> [UInt8]? {
    var stream = z_stream()
    guard let size = UInt32(exactly: byteCount), let storedSize = UInt32(exactly: stored.count),
      bnfold_inflateInit(&stream) == Z_OK
    else { return nil }
    defer { inflateEnd(&stream) }
    var source = stored
    var ended = false
    let content = [UInt8](unsafeUninitializedCapacity: byteCount) { target, initialized in
      source.withUnsafeMutableBufferPointer { source in
        stream.next_in = source.baseAddress
        stream.avail_in = storedSize
        stream.next_out = target.baseAddress
        stream.avail_out = size
        ended = inflate(&stream, Z_FINISH) == Z_STREAM_END
      }
      initialized = byteCount - Int(stream.avail_out)
    }
    return ended && content.count == byteCount ? content : nil
  }
}

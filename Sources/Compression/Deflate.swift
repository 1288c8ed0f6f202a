import CZlib

/// Compressed bytes after RFC 1951.
public enum Deflate {
  /// What stands around the compressed bytes.
  public enum Wrapper: Sendable {
    /// A header and a checksum, after RFC 1950: chunks of HDF5.
    case zlib
    /// Nothing: members of zip archives.
    case none
  }

  /// The content of a stream, if it has exactly the expected size and nothing follows it.
  ///
  /// No more than that is ever made, whatever the stream would give.
  public static func inflated(_ stored: [UInt8], byteCount: Int, wrapper: Wrapper) -> [UInt8]? {
    var content: [UInt8] = []
    content.reserveCapacity(byteCount)
    var isTaken = false
    let isComplete = inflate(
      byteCount: byteCount, wrapper: wrapper,
      from: {
        defer { isTaken = true }
        return isTaken ? [] : stored
      },
      to: { content += $0 })
    return isComplete ? content : nil
  }

  /// Inflates a stream by blocks.
  ///
  /// - Parameters:
  ///   - byteCount: the size of the content; no more is ever made.
  ///   - wrapper: what stands around the stream.
  ///   - source: the next bytes of the stream; none at its end.
  ///   - target: is given the content, at most 256 KiB at a time.
  /// - Returns: whether the stream is sound, has exactly that size, and nothing follows it.
  public static func inflate<Failure>(
    byteCount: Int, wrapper: Wrapper, from source: () throws(Failure) -> [UInt8],
    to target: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) -> Bool {
    var stream = z_stream()
    guard bnfold_inflateInit(&stream, wrapper == .zlib ? 15 : -15) == Z_OK else { return false }
    defer { inflateEnd(&stream) }
    // One byte more than there has to be, so that a longer stream shows itself; no more, since chunks may be tiny.
    var block = [UInt8](repeating: 0, count: min(1 << 18, byteCount + 1))
    var made = 0
    while true {
      var stored = try source()
      guard !stored.isEmpty, let size = UInt32(exactly: stored.count) else { return false }
      stream.avail_in = size
      var status = Z_OK
      repeat {
        let used = stored.count - Int(stream.avail_in)
        let room = min(block.count, byteCount - made + 1)
        stream.avail_out = UInt32(room)
        status = stored.withUnsafeMutableBufferPointer { stored in
          block.withUnsafeMutableBufferPointer { block in
            stream.next_in = stored.baseAddress! + used
            stream.next_out = block.baseAddress
            return CZlib.inflate(&stream, Z_NO_FLUSH)
          }
        }
        guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else { return false }
        let count = room - Int(stream.avail_out)
        made += count
        guard made <= byteCount else { return false }
        var failure: Failure?
        block.withUnsafeBytes { block in
          do throws(Failure) {
            try target(UnsafeRawBufferPointer(rebasing: block[..<count]))
          } catch {
            failure = error
          }
        }
        if let failure { throw failure }
        if status == Z_STREAM_END { break }
      } while stream.avail_in > 0 || stream.avail_out == 0
      if status == Z_STREAM_END {
        let isAll = try source().isEmpty
        return made == byteCount && stream.avail_in == 0 && isAll
      }
    }
  }
}

import Glibc

/// Writes all bytes at an offset.
///
/// - Returns: `errno` of the call that failed; nil if all is written.
public func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int) -> Int32? {
  var done = 0
  while done < bytes.count {
    let put = pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(offset + done))
    if put < 0 && errno == EINTR { continue }
    if put < 0 { return errno }
    done += put
  }
  return nil
}

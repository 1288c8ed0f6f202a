/// The checksum of the filter fletcher32.
///
/// Source: libhdf5, H5checksum.c `H5_checksum_fletcher32` and H5Zfletcher32.c: words of two bytes, the first byte the
/// higher one, and the sum behind the content in little endian; old versions have its bytes in another order.
enum Fletcher32 {
  /// The content without its checksum; nil if the checksum is wrong.
  static func verified(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.count >= 4 else { return nil }
    let content = Array(bytes.dropLast(4))
    let stored = bytes.suffix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    let sum = checksum(of: content)
    let swappedInHalves = (sum & 0x00FF_00FF) << 8 | (sum & 0xFF00_FF00) >> 8
    return stored == sum || stored == swappedInHalves ? content : nil
  }

  static func checksum(of bytes: [UInt8]) -> UInt32 {
    var first: UInt32 = 0
    var second: UInt32 = 0
    var index = 0
    while index < bytes.count {
      // So few words that the sums cannot overflow.
      let end = min(index + 720, bytes.count)
      while index < end {
        let low = index + 1 < bytes.count ? UInt32(bytes[index + 1]) : 0
        first += UInt32(bytes[index]) << 8 | low
        second += first
        index += 2
      }
      first = (first & 0xFFFF) + (first >> 16)
      second = (second & 0xFFFF) + (second >> 16)
    }
    first = (first & 0xFFFF) + (first >> 16)
    second = (second & 0xFFFF) + (second >> 16)
    return second << 16 | first
  }
}

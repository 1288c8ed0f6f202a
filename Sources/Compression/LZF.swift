/// LZF, the compression that h5py calls `lzf`: decoding only, to a known size.
///
/// A byte below 32 is followed by that many literal bytes and one more. Others begin a copy of what was decoded before: three
/// bits of its length, which go on in the next byte where all are set, and thirteen bits of how far it lies back.
/// Source: liblzf 3.6, lzf_d.c; decision 0021.
public enum LZF {
  /// Decodes a block.
  ///
  /// - Parameters:
  ///   - block: the compressed bytes.
  ///   - byteCount: how many bytes have to come out.
  /// - Returns: nil where the block is damaged, or gives another number of bytes.
  public static func decoded(_ block: [UInt8], byteCount: Int) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(byteCount)
    var rest = block[...]
    while let control = rest.popFirst() {
      if control < 32 {
        let count = Int(control) + 1
        guard rest.count >= count, result.count + count <= byteCount else { return nil }
        result += rest.prefix(count)
        rest.removeFirst(count)
      } else {
        var length = Int(control >> 5)
        if length == 7 {
          guard let more = rest.popFirst() else { return nil }
          length += Int(more)
        }
        guard let low = rest.popFirst() else { return nil }
        let distance = Int(control & 31) << 8 + Int(low) + 1
        guard distance <= result.count, result.count + length + 2 <= byteCount else { return nil }
        // What is copied may reach into what it makes.
        for _ in 0..<length + 2 { result.append(result[result.count - distance]) }
      }
    }
    return result.count == byteCount ? result : nil
  }
}

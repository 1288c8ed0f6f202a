import Bytes
import CDeflate
import CZlib
import Parallel
import Synchronization

/// The checksum CRC-32 of zip archives.
public struct Checksum: Sendable, Hashable {
  public private(set) var value: UInt32 = 0

  public init() {}

  public init(of bytes: UnsafeRawBufferPointer) { add(bytes) }

  public init(of bytes: [UInt8]) { self = bytes.withUnsafeBytes { Checksum(of: $0) } }

  /// Goes on with further bytes.
  public mutating func add(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    value = libdeflate_crc32(value, start, bytes.count)
  }

  /// Goes on with bytes of which only the checksum and the number are known.
  public mutating func append(_ other: Checksum, byteCount: Int) {
    value = UInt32(crc32_combine(UInt(value), UInt(other.value), byteCount))
  }
}

extension Checksum {
  private static let blockBytes = 1 << 20

  /// The checksum of bytes that are read by blocks, on two threads where that is worth it.
  ///
  /// - Parameters:
  ///   - byteCount: how many bytes there are.
  ///   - fill: reads bytes from an offset into a buffer.
  public static func ofBlocks<Failure>(
    byteCount: Int,
    fill: @Sendable (UnsafeMutableRawBufferPointer, Int) throws(Failure) -> Void
  ) throws(Failure) -> Checksum {
    let blocks = Array((0..<byteCount).blocks(of: blockBytes))
    let parts = Mutex([Checksum](repeating: Checksum(), count: blocks.count))
    try shareWork(
      of: blocks.count, threads: blocks.count > 8 ? 2 : 1,
      state: { [UInt8](repeating: 0, count: blockBytes) },
      { (memory, index) throws(Failure) in
        var failure: Failure?
        memory.withUnsafeMutableBytes { memory in
          let buffer = UnsafeMutableRawBufferPointer(rebasing: memory[..<blocks[index].count])
          do throws(Failure) {
            try fill(buffer, blocks[index].lowerBound)
            let part = Checksum(of: UnsafeRawBufferPointer(buffer))
            parts.withLock { $0[index] = part }
          } catch {
            failure = error
          }
        }
        if let failure { throw failure }
      })
    return parts.withLock { parts in
      var whole = Checksum()
      for (part, block) in zip(parts, blocks) { whole.append(part, byteCount: block.count) }
      return whole
    }
  }
}

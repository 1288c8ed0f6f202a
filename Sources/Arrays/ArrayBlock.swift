import Bytes
import Files
import Parallel

/// A piece of an array that a new file has or shall have, as large as the processor's cache likes it.
public struct ArrayBlock: Sendable {
  /// What the array is to hold.
  private let content: ArrayContent
  /// Where the array's first element stands in the new file.
  private let arrayOffset: Int
  /// The piece, in bytes from there.
  private let bytes: Range<Int>

  /// Large enough that the calls cost nothing, small enough for the cache, and whole elements of every type.
  private static let size = 1 << 20
  /// Below this, starting a second thread costs more than it saves.
  private static let bytesWorthASecondThread = 16 << 20

  /// Where the piece stands in the new file.
  public var offset: Int { arrayOffset + bytes.lowerBound }

  /// All pieces of an array that stands in the new file in one piece.
  public static func blocks(of content: ArrayContent, byteCount: Int, at offset: Int) -> [ArrayBlock] {
    (0..<byteCount).blocks(of: size).map { ArrayBlock(content: content, arrayOffset: offset, bytes: $0) }
  }

  /// Does something with each piece, on as many threads as are worth it; each thread has its own buffers.
  public static func forEach<Failure>(
    of blocks: [ArrayBlock], buffers: Int,
    _ work: @Sendable (ArrayBlock, [UnsafeMutableRawBufferPointer]) -> Failure?
  ) throws(Failure) {
    let bytes = blocks.reduce(0) { $0 + $1.bytes.count }
    try shareWork(
      of: blocks.count, threads: bytes >= bytesWorthASecondThread ? 2 : 1,
      state: { [UInt8](repeating: 0, count: buffers * size) },
      { (memory, index) throws(Failure) in
        let block = blocks[index]
        let error = memory.withUnsafeMutableBytes { memory in
          work(
            block,
            (0..<buffers).map {
              UnsafeMutableRawBufferPointer(rebasing: memory[$0 * size..<$0 * size + block.bytes.count])
            })
        }
        if let error { throw error }
      })
  }

  /// Makes the elements.
  public func make(in buffer: UnsafeMutableRawBufferPointer) throws(FileError) {
    try content.fill(buffer, from: bytes.lowerBound)
  }
}

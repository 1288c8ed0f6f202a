import CLinux
import Glibc
import Tensor

/// An array of the new file whose elements are still to be put in its place.
struct ArrayMove: Sendable {
  let dataset: HDF5Dataset
  let path: HDF5Path
  /// The first element's offset in the new file.
  let offset: Int
}

/// Moves the elements of arrays from file to file by blocks, scaling where asked.
struct ArrayMover {
  /// Large enough that the calls cost nothing, small enough for the processor's cache.
  private static let blockBytes = 1 << 20
  /// Below this, starting a second thread costs more than it saves.
  private static let bytesWorthASecondThread = 16 << 20

  let source: HDF5File
  let target: Int32

  func move(_ moves: [ArrayMove]) throws(HDF5Error) {
    let blocks = moves.flatMap { Self.blocks(of: $0) }
    let bytes = blocks.reduce(0) { $0 + $1.byteCount }
    try shareWork(
      of: blocks.count, threads: bytes >= Self.bytesWorthASecondThread ? 2 : 1,
      state: { [UInt8](repeating: 0, count: Self.blockBytes) },
      { (buffer, index) throws(HDF5Error) in
        let error = buffer.withUnsafeMutableBytes { move(blocks[index], through: $0) }
        if let error { throw error }
      })
  }

  private struct Block: Sendable {
    let move: ArrayMove
    let firstElement: Int
    let byteOffset: Int
    let byteCount: Int
  }

  private static func blocks(of move: ArrayMove) -> [Block] {
    guard let size = move.dataset.elementType.byteCount, let total = move.dataset.byteCount else { return [] }
    return (0..<total).blocks(of: blockBytes).map { bytes in
      Block(
        move: move, firstElement: bytes.lowerBound / size, byteOffset: bytes.lowerBound,
        byteCount: bytes.count)
    }
  }

  private func move(
    _ block: Block, through buffer: UnsafeMutableRawBufferPointer
  ) -> HDF5Error? {
    let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<block.byteCount])
    let type = block.move.dataset.elementType
    switch block.move.dataset.content {
    case .stored(let stored):
      if let error = fill(part, from: stored, block: block) { return error }
    case .scaled(let stored, let scale):
      if let error = fill(part, from: stored, block: block) { return error }
      scale.apply(to: part, type: type, first: block.firstElement)
    case .values(let values):
      let count = block.byteCount / (type.byteCount ?? 1)
      part.copyBytes(from: type.encode(Array(values[block.firstElement..<block.firstElement + count])))
    }
    return write(UnsafeRawBufferPointer(part), at: block.move.offset + block.byteOffset)
  }

  private func fill(
    _ buffer: UnsafeMutableRawBufferPointer, from stored: HDF5StoredArray, block: Block
  ) -> HDF5Error? {
    guard let offset = stored.offset else { preconditionFailure("only arrays in one piece are moved") }
    return source.fill(buffer, from: offset + block.byteOffset, place: stored.path)
  }

  private func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> HDF5Error? {
    if let code = writeAll(bytes, to: target, at: offset) { return HDF5Error(.cannotWrite(code), at: "/") }
    // The disk works while the next blocks are read. Only a hint: what goes wrong, the final fsync reports.
    _ = sync_file_range(target, offset, bytes.count, UInt32(bnfold_SYNC_FILE_RANGE_WRITE))
    return nil
  }
}

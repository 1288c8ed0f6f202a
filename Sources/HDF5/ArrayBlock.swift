import Tensor

/// A piece of an array that a new file has or shall have, as large as the processor's cache likes it.
struct ArrayBlock: Sendable {
  /// What the array is to hold.
  let dataset: HDF5Dataset
  /// Where the array's first element stands in the new file.
  let arrayOffset: Int
  /// The piece, in bytes from there.
  let bytes: Range<Int>

  /// Large enough that the calls cost nothing, small enough for the cache.
  static let size = 1 << 20
  /// Below this, starting a second thread costs more than it saves.
  private static let bytesWorthASecondThread = 16 << 20

  /// All pieces of an array that stands in the new file in one piece.
  static func blocks(of dataset: HDF5Dataset, at offset: Int) -> [ArrayBlock] {
    (0..<(dataset.byteCount ?? 0)).blocks(of: size).map {
      ArrayBlock(dataset: dataset, arrayOffset: offset, bytes: $0)
    }
  }

  /// Does something with each piece, on as many threads as are worth it; each thread has its own buffers.
  static func forEach(
    of blocks: [ArrayBlock], buffers: Int,
    _ work: @Sendable (ArrayBlock, [UnsafeMutableRawBufferPointer]) -> HDF5Error?
  ) throws(HDF5Error) {
    let bytes = blocks.reduce(0) { $0 + $1.bytes.count }
    try shareWork(
      of: blocks.count, threads: bytes >= bytesWorthASecondThread ? 2 : 1,
      state: { [UInt8](repeating: 0, count: buffers * size) },
      { (memory, index) throws(HDF5Error) in
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

  /// Makes the elements: from the file that was read, scaled where asked, or new ones.
  func make(in buffer: UnsafeMutableRawBufferPointer, from source: HDF5File) -> HDF5Error? {
    let type = dataset.elementType
    let firstElement = bytes.lowerBound / (type.byteCount ?? 1)
    switch dataset.content {
    case .stored(let stored): return fill(buffer, with: stored, of: source)
    case .scaled(let stored, let scale):
      if let error = fill(buffer, with: stored, of: source) { return error }
      scale.apply(to: buffer, type: type, first: firstElement)
    case .values(let values):
      let count = bytes.count / (type.byteCount ?? 1)
      buffer.copyBytes(from: type.encode(Array(values[firstElement..<firstElement + count])))
    }
    return nil
  }

  private func fill(
    _ buffer: UnsafeMutableRawBufferPointer, with stored: HDF5StoredArray, of source: HDF5File
  ) -> HDF5Error? {
    guard let offset = stored.offset else { preconditionFailure("only arrays in one piece have blocks") }
    return source.fill(buffer, from: offset + bytes.lowerBound, place: stored.path)
  }
}

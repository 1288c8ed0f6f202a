import CLinux
import Files
import Glibc
import Tensor

/// Puts the elements of arrays into their places in a new file, by blocks.
struct ArrayMover {
  let source: HDF5File
  let target: HDF5Output

  func move(_ blocks: [ArrayBlock]) throws(HDF5Error) {
    try ArrayBlock.forEach(of: blocks, buffers: 1) { block, buffers in
      block.make(in: buffers[0], from: source)
        ?? write(UnsafeRawBufferPointer(buffers[0]), at: block.arrayOffset + block.bytes.lowerBound)
    }
  }

  private func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> HDF5Error? {
    let place = target.start + offset
    if let code = writeAll(bytes, to: target.descriptor, at: place) {
      return HDF5Error(.cannotWrite(code), at: "/")
    }
    // The disk works while the next blocks are read. Only a hint: what goes wrong, the final fsync reports.
    _ = sync_file_range(target.descriptor, place, bytes.count, UInt32(bnfold_SYNC_FILE_RANGE_WRITE))
    return nil
  }
}

import CLinux
import Files
import Glibc

/// Puts the elements of arrays into their places in a new file, by blocks.
public enum ArrayMover {
  /// Why arrays could not be moved.
  public enum Failure: Error, Sendable {
    case read(FileError)
    /// `errno`.
    case write(Int32)
  }

  /// Writes all pieces.
  ///
  /// - Parameters:
  ///   - blocks: pieces of arrays.
  ///   - descriptor: the new file.
  ///   - start: where in it their offsets count from.
  public static func move(
    _ blocks: [ArrayBlock], to descriptor: Int32, start: Int = 0
  ) throws(Failure) {
    try ArrayBlock.forEach(of: blocks, buffers: 1) { block, buffers -> Failure? in
      do throws(FileError) {
        try block.make(in: buffers[0])
      } catch {
        return .read(error)
      }
      let place = start + block.offset
      if let code = writeAll(UnsafeRawBufferPointer(buffers[0]), to: descriptor, at: place) {
        return .write(code)
      }
      // The disk works while the next blocks are read. Only a hint: what goes wrong, the final fsync reports.
      _ = sync_file_range(descriptor, place, buffers[0].count, UInt32(bnfold_SYNC_FILE_RANGE_WRITE))
      return nil
    }
  }

  /// Whether a file has the pieces where they belong.
  ///
  /// - Throws: `FileError` where it, or what they are made of, cannot be read.
  public static func areEqual(_ blocks: [ArrayBlock], in file: InputFile) throws(FileError) -> Bool {
    do throws(Mismatch) {
      try ArrayBlock.forEach(of: blocks, buffers: 2) { block, buffers -> Mismatch? in
        do throws(FileError) {
          try block.make(in: buffers[0])
          try file.fill(buffers[1], from: block.offset)
        } catch {
          return .file(error)
        }
        let isSame = memcmp(buffers[0].baseAddress!, buffers[1].baseAddress!, buffers[0].count) == 0
        return isSame ? nil : .different
      }
      return true
    } catch {
      switch error {
      case .file(let error): throw error
      case .different: return false
      }
    }
  }

  private enum Mismatch: Error {
    case file(FileError)
    case different
  }
}

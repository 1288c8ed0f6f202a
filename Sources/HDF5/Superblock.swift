import Files

/// The first bytes of an HDF5 file, looked at before libhdf5 sees any of it.
///
/// Source: HDF5 File Format Specification 3.0, section II.A.
enum Superblock {
  private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

  /// The signature, the version, two sizes and the consistency flags.
  private static let headBytes = 12

  /// - Throws: `HDF5Error` where the file is no HDF5 file, or where its writer has not finished it.
  static func check(_ file: InputFile) throws(HDF5Error) {
    guard let head = try find(in: file) else { throw HDF5Error(.notHDF5, at: "/") }
    let version = head[8]
    let isOpenForWriting = version >= 2 && head[11] & 0b101 != 0
    guard !isOpenForWriting else {
      throw HDF5Error(
        .unreadable("the program that wrote the file has not closed it, so that parts may be missing"),
        at: "/")
    }
  }

  /// It stands at the beginning, or behind a block of the user's own of 512 bytes, 1,024, 2,048 and so on.
  static func find(in file: InputFile) throws(HDF5Error) -> [UInt8]? {
    var offset = 0
    while offset <= file.byteCount - headBytes {
      let head = try read(file, at: offset)
      if head.starts(with: signature) { return head }
      offset = max(512, 2 * offset)
    }
    return nil
  }

  private static func read(_ file: InputFile, at offset: Int) throws(HDF5Error) -> [UInt8] {
    do throws(FileError) {
      return try file.read(headBytes, from: offset)
    } catch {
      throw HDF5Error(.file(error.rule), at: "/")
    }
  }
}

import Bytes
import CHDF5
import Elements
import Files
import Glibc
import Synchronization

/// An HDF5 file open for reading.
///
/// Source: HDF5 File Format Specification 3.0; the structure is read through libhdf5, the elements of arrays with
/// `pread`, and filtered chunks are decoded here: libhdf5 inflates without a limit, and returns what was in memory
/// where a chunk is too short.
public final class HDF5File: Sendable {
  /// The path as it was given.
  public var path: String { input.path }
  /// The file's content.
  public let tree: HDF5Group
  /// Bytes of all its arrays, decoded.
  public let arrayBytes: Int
  let handle: Handle
  let input: InputFile
  private let limits: HDF5Limits
  private let recentlyDecoded = Mutex<[DecodedArray]>([])

  /// The version of libhdf5, such as 1.10.8.
  public static var libraryVersion: String {
    var (major, minor, release): (UInt32, UInt32, UInt32) = (0, 0, 0)
    _ = Library.query { H5get_libversion(&major, &minor, &release) }
    return "\(major).\(minor).\(release)"
  }

  /// Whether a file is one, by how it begins.
  ///
  /// - Throws: `HDF5Error` where it cannot be read.
  public static func isHDF5(_ input: InputFile) throws(HDF5Error) -> Bool {
    try Superblock.find(in: input) != nil
  }

  /// Makes libhdf5 ready, so that later nothing has to be opened for it.
  public static func prepare() { Library.prepare() }

  /// Reads the structure of a file, not its arrays.
  ///
  /// - Throws: `HDF5Error`: the file is not HDF5, is damaged, exceeds a limit, or uses links, types, filters or
  ///   storage that bnfold refuses.
  public init(reading input: InputFile, limits: HDF5Limits = HDF5Limits()) throws(HDF5Error) {
    self.input = input
    self.limits = limits
    try Superblock.check(input)
    let access = try VirtualFile.access(reading: input)
    let accessID = access.id
    handle = try Handle(at: .root) { H5Fopen(VirtualFile.name, bnfold_H5F_ACC_RDONLY(), accessID) }
    (tree, arrayBytes) = try TreeReader.readTree(file: handle.id, fileBytes: input.byteCount, limits: limits)
  }

  /// The content as it is.
  public var contents: HDF5Contents { HDF5Contents(tree, storedIn: self) }

  /// The text of an attribute; nil if the object has no such attribute or it holds no text.
  ///
  /// A list without elements is text without strings, whatever its type: that is how h5py writes it.
  ///
  /// - Throws: `HDF5Error` where the attribute is damaged or too large.
  func strings(_ name: ByteString, on path: HDF5Path) throws(HDF5Error) -> HDF5Strings? {
    try AttributeReader(file: handle.id, limits: limits).strings(name, on: path)
  }

  /// An array that has chunks or filters, as a whole; the last two are kept, since they are read by blocks.
  func decoded(
    _ path: HDF5Path, shape: Shape, elementBytes: Int
  ) throws(HDF5Error) -> [UInt8] {
    if let known = recentlyDecoded.withLock({ $0.first { $0.path == path } }) { return known.bytes }
    let file = handle.id
    let dataset = try Handle(at: path) { path.withCString { H5Dopen2(file, $0, hid_t(H5P_DEFAULT)) } }
    let bytes: [UInt8]
    if let layout = try ChunkLayout.read(of: dataset.id, shape: shape, elementBytes: elementBytes, at: path) {
      bytes = try ChunkReader(dataset: dataset.id, layout: layout, place: path).read()
    } else {
      bytes = try readCompact(dataset.id, byteCount: shape.elementCount * elementBytes, at: path)
    }
    recentlyDecoded.withLock { $0 = $0.suffix(1) + [DecodedArray(path: path, bytes: bytes)] }
    return bytes
  }

  /// An array in its own header, which libhdf5 has read already: it copies, and nothing else.
  private func readCompact(_ dataset: hid_t, byteCount: Int, at path: HDF5Path) throws(HDF5Error) -> [UInt8] {
    guard byteCount > 0 else { return [] }
    let type = try Handle(at: path) { H5Dget_type(dataset) }
    let typeID = type.id
    var bytes = [UInt8](repeating: 0, count: byteCount)
    _ = try Library.call(at: path) {
      H5Dread(dataset, typeID, hid_t(H5S_ALL), hid_t(H5S_ALL), hid_t(H5P_DEFAULT), &bytes)
    }
    return bytes
  }

  /// Reads bytes of the file as they are.
  func read(_ count: Int, at offset: Int, place: HDF5Path) throws(HDF5Error) -> [UInt8] {
    do throws(FileError) {
      return try input.read(count, from: offset)
    } catch {
      throw HDF5Error(.file(error.rule), at: "\(place)")
    }
  }
}

/// The elements of an array that has chunks or filters.
private struct DecodedArray {
  let path: HDF5Path
  let bytes: [UInt8]
}

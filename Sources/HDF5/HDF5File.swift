import Arrays
import CHDF5
import Files
import Glibc
import Synchronization
import Tensor

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

  /// The text of an attribute; nil if the object has no such attribute or it holds no text.
  ///
  /// A list without elements is text without strings, whatever its type: that is how h5py writes it.
  ///
  /// - Throws: `HDF5Error` where the attribute is damaged or too large.
  public func strings(_ name: ByteString, on path: HDF5Path) throws(HDF5Error) -> HDF5Strings? {
    try AttributeReader(file: handle.id, limits: limits).strings(name, on: path)
  }

  /// Reads elements of an array as they are stored, little endian.
  ///
  /// - Parameters:
  ///   - dataset: an array of this file whose elements have all the same size.
  ///   - elements: which ones, in row-major order.
  /// - Throws: `HDF5Error` where the array is too large, damaged, or not there.
  public func read(_ dataset: HDF5Dataset, elements: Range<Int>) throws(HDF5Error) -> [UInt8] {
    guard case .stored(let stored) = dataset.content else { preconditionFailure("not an array of a file") }
    guard let size = dataset.elementType.byteCount else {
      preconditionFailure("not an array that bnfold computes with")
    }
    if let offset = stored.offset {
      return try read(elements.count * size, at: offset + elements.lowerBound * size, place: stored.path)
    }
    let bytes = try decoded(stored.path, shape: dataset.shape, elementBytes: size)
    return Array(bytes[elements.lowerBound * size..<elements.upperBound * size])
  }

  /// All elements of an array as they are, or are to be, stored: scaled where its content says so.
  func elements(of dataset: HDF5Dataset) throws(HDF5Error) -> [UInt8] {
    var original = dataset
    guard case .scaled(let stored, let scale) = dataset.content else {
      return try read(dataset, elements: 0..<dataset.shape.elementCount)
    }
    original.content = .stored(stored)
    var bytes = try read(original, elements: 0..<dataset.shape.elementCount)
    bytes.withUnsafeMutableBytes { scale.apply(to: $0, type: dataset.elementType, first: 0) }
    return bytes
  }

  /// An array that has chunks or filters, as a whole; the last two are kept, since they are read by blocks.
  private func decoded(
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

  /// The pieces of an array that stands in one piece, here and in a new file.
  func blocks(of dataset: HDF5Dataset, at offset: Int) -> [ArrayBlock] {
    let type = dataset.elementType
    let content: ArrayContent
    switch dataset.content {
    case .stored(let stored): content = .copied(input, offset: place(of: stored))
    case .scaled(let stored, let scale): content = .scaled(input, offset: place(of: stored), scale, type)
    case .values(let values): content = .values(values, type)
    }
    return ArrayBlock.blocks(of: content, byteCount: dataset.byteCount ?? 0, at: offset)
  }

  private func place(of stored: HDF5StoredArray) -> Int {
    guard let offset = stored.offset else { preconditionFailure("only arrays in one piece have blocks") }
    return offset
  }
}

/// The elements of an array that has chunks or filters.
private struct DecodedArray {
  let path: HDF5Path
  let bytes: [UInt8]
}

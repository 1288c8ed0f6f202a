import CHDF5
import Glibc
import Synchronization
import Tensor

/// An HDF5 file open for reading.
///
/// Source: HDF5 File Format Specification 3.0; the structure is read through libhdf5, the elements of
/// contiguous arrays with `pread`.
public final class HDF5File: Sendable {
  /// The path as it was given.
  public let path: String
  /// The file's content.
  public let tree: HDF5Group
  let handle: Handle
  private let descriptor: Int32
  private let limits: HDF5Limits
  private let recentlyDecoded = Mutex<[DecodedArray]>([])

  /// Opens a file and reads its structure, not its arrays.
  ///
  /// - Throws: `HDF5Error`: the file cannot be opened, is not HDF5, is damaged, exceeds a limit, or uses links,
  ///   types or storage that bnfold refuses.
  public init(reading path: String, limits: HDF5Limits = HDF5Limits()) throws(HDF5Error) {
    self.path = path
    self.limits = limits
    // Opening a FIFO would wait for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw HDF5Error(.system(errno, "cannot open"), at: "/") }
    self.descriptor = descriptor
    do throws(HDF5Error) {
      let fileBytes = try Self.sizeOfRegularFile(descriptor)
      guard Library.query({ H5Fis_hdf5(path) }) > 0 else { throw HDF5Error(.notHDF5, at: "/") }
      let access = try Handle(at: .root) { H5Pcreate(bnfold_H5P_FILE_ACCESS()) }
      let accessID = access.id
      _ = try Library.call(at: .root) { H5Pset_fclose_degree(accessID, H5F_CLOSE_STRONG) }
      handle = try Handle(at: .root) { H5Fopen(path, bnfold_H5F_ACC_RDONLY(), accessID) }
      tree = try TreeReader.readTree(file: handle.id, fileBytes: fileBytes, limits: limits)
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit { close(descriptor) }

  private static func sizeOfRegularFile(_ descriptor: Int32) throws(HDF5Error) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw HDF5Error(.system(errno, "cannot open"), at: "/") }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return Int(status.st_size)
    case S_IFDIR: throw HDF5Error(.system(EISDIR, "cannot open"), at: "/")
    default: throw HDF5Error(.notRegularFile, at: "/")
    }
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
  ///   - dataset: an array of this file with a known element size.
  ///   - elements: which ones, in row-major order.
  /// - Throws: `HDF5Error` where the array is too large, damaged, or not there.
  public func read(_ dataset: HDF5Dataset, elements: Range<Int>) throws(HDF5Error) -> [UInt8] {
    guard case .stored(let stored) = dataset.content else { preconditionFailure("not an array of a file") }
    guard let size = dataset.elementType.byteCount, let total = dataset.byteCount else {
      preconditionFailure("not an array that bnfold computes with")
    }
    if let offset = stored.offset {
      return try read(elements.count * size, at: offset + elements.lowerBound * size, place: stored.path)
    }
    let bytes = try decoded(stored.path, byteCount: total)
    return Array(bytes[elements.lowerBound * size..<elements.upperBound * size])
  }

  /// An array that has chunks or filters, as a whole; the last two are kept, since they are read by blocks.
  private func decoded(_ path: HDF5Path, byteCount: Int) throws(HDF5Error) -> [UInt8] {
    if let known = recentlyDecoded.withLock({ $0.first { $0.path == path } }) { return known.bytes }
    let bytes = try readThroughLibrary(path, byteCount: byteCount)
    recentlyDecoded.withLock { $0 = $0.suffix(1) + [DecodedArray(path: path, bytes: bytes)] }
    return bytes
  }

  /// Reads bytes of the file as they are.
  func read(_ count: Int, at offset: Int, place: HDF5Path) throws(HDF5Error) -> [UInt8] {
    var failure: HDF5Error?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      failure = fill(UnsafeMutableRawBufferPointer(buffer), from: offset, place: place)
      initialized = failure == nil ? count : 0
    }
    if let failure { throw failure }
    return bytes
  }

  /// Fills a buffer with bytes of the file.
  func fill(
    _ buffer: UnsafeMutableRawBufferPointer, from offset: Int, place: HDF5Path
  ) -> HDF5Error? {
    var done = 0
    while done < buffer.count {
      let got = pread(descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
      if got < 0 && errno == EINTR { continue }
      if got < 0 { return HDF5Error(.system(errno, "cannot read"), at: "\(place)") }
      if got == 0 { return HDF5Error(.unreadable("the array reaches past the file's end"), at: "\(place)") }
      done += got
    }
    return nil
  }

  private func readThroughLibrary(_ path: HDF5Path, byteCount: Int) throws(HDF5Error) -> [UInt8] {
    let file = handle.id
    let dataset = try Handle(at: path) { path.withCString { H5Dopen2(file, $0, hid_t(H5P_DEFAULT)) } }
    let datasetID = dataset.id
    let type = try Handle(at: path) { H5Dget_type(datasetID) }
    let typeID = type.id
    var bytes = [UInt8](repeating: 0, count: byteCount)
    _ = try Library.call(at: path) {
      H5Dread(datasetID, typeID, hid_t(H5S_ALL), hid_t(H5S_ALL), hid_t(H5P_DEFAULT), &bytes)
    }
    return bytes
  }
}

/// The elements of an array that has chunks or filters.
private struct DecodedArray {
  let path: HDF5Path
  let bytes: [UInt8]
}

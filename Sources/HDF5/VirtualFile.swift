import CHDF5
import Files
import Glibc

/// libhdf5's view of a file: a descriptor and a size, and no path that it could open.
///
/// Source: libhdf5, H5FDpublic.h `H5FD_class_t`, and H5FDsec2.c for how short reads and errors are meant.
enum VirtualFile {
  /// Where the first error of a write is kept.
  ///
  /// After a failed write, libhdf5 1.10 crashes when it closes the file. It is therefore told that all is well, and
  /// the writer asks here afterwards.
  final class WriteFailure {
    fileprivate let code: UnsafeMutablePointer<Int32>

    init() {
      code = .allocate(capacity: 1)
      code.initialize(to: 0)
    }

    deinit { code.deallocate() }

    /// - Throws: `HDF5Error` with the first error, if there was one.
    func check() throws(HDF5Error) {
      if code.pointee != 0 { throw HDF5Error(.cannotWrite(code.pointee), at: "/") }
    }
  }

  /// Access properties that let libhdf5 open a descriptor for reading.
  static func access(reading file: InputFile) throws(HDF5Error) -> Handle {
    try access(
      bnfold_VirtualFileSettings(
        descriptor: file.descriptor, start: haddr_t(file.start), byteCount: haddr_t(file.byteCount),
        failure: nil))
  }

  /// Access properties that let libhdf5 fill the rest of a file, which is empty.
  static func access(writing output: HDF5Output, failure: WriteFailure) throws(HDF5Error) -> Handle {
    try access(
      bnfold_VirtualFileSettings(
        descriptor: output.descriptor, start: haddr_t(output.start), byteCount: 0, failure: failure.code))
  }

  /// The name under which libhdf5 knows a file; nothing ever looks for it.
  static let name = "descriptor"

  private static func access(_ settings: bnfold_VirtualFileSettings) throws(HDF5Error) -> Handle {
    let access = try Handle(at: .root) { H5Pcreate(bnfold_H5P_FILE_ACCESS()) }
    let id = access.id
    _ = try Library.call(at: .root) { H5Pset_fclose_degree(id, H5F_CLOSE_STRONG) }
    _ = try Library.call(at: .root) {
      withUnsafePointer(to: settings) { H5Pset_driver(id, driver, $0) }
    }
    return access
  }

  private static let driver: hid_t = bnfold_registerDriver(
    { _, _, access, _ in
      guard let settings = H5Pget_driver_info(access) else { return nil }
      let file = UnsafeMutablePointer<bnfold_VirtualFile>.allocate(capacity: 1)
      file.initialize(to: bnfold_VirtualFile())
      file.pointee.settings = settings.load(as: bnfold_VirtualFileSettings.self)
      return UnsafeMutableRawPointer(file).assumingMemoryBound(to: H5FD_t.self)
    },
    { file in
      opened(file).deallocate()
      return 0
    },
    { file, _ in opened(file).pointee.endOfAllocation },
    { file, _, end in
      opened(file).pointee.endOfAllocation = end
      return 0
    },
    { file, _ in opened(file).pointee.settings.byteCount },
    { file, _, _, offset, count, target in
      target.map { VirtualFile.read(opened(file).pointee.settings, offset, count, $0) } ?? -1
    },
    { file, _, _, offset, count, source in
      guard let source else { return -1 }
      let settings = opened(file).pointee.settings
      opened(file).pointee.settings.byteCount = max(settings.byteCount, offset + haddr_t(count))
      VirtualFile.write(settings, offset, UnsafeRawBufferPointer(start: source, count: count))
      return 0
    },
    { file, _, _ in
      VirtualFile.truncate(opened(file).pointee)
      return 0
    },
    { _, features in
      features?.pointee = UInt(
        H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE
          | H5FD_FEAT_AGGREGATE_SMALLDATA)
      return 0
    })

  private static func opened(_ file: UnsafePointer<H5FD_t>?) -> UnsafeMutablePointer<bnfold_VirtualFile> {
    UnsafeMutableRawPointer(mutating: file!).assumingMemoryBound(to: bnfold_VirtualFile.self)
  }

  /// Reads; what lies behind the end reads as zeros.
  private static func read(
    _ settings: bnfold_VirtualFileSettings, _ offset: haddr_t, _ count: Int, _ target: UnsafeMutableRawPointer
  ) -> herr_t {
    let available = offset < settings.byteCount ? Int(min(settings.byteCount - offset, haddr_t(count))) : 0
    var done = 0
    while done < available {
      let place = off_t(settings.start + offset) + off_t(done)
      let got = pread(settings.descriptor, target + done, available - done, place)
      if got < 0 && errno == EINTR { continue }
      if got < 0 { return -1 }
      if got == 0 { break }
      done += got
    }
    memset(target + done, 0, count - done)
    return 0
  }

  private static func write(
    _ settings: bnfold_VirtualFileSettings, _ offset: haddr_t, _ bytes: UnsafeRawBufferPointer
  ) {
    guard let failure = settings.failure, failure.pointee == 0 else { return }
    let place = Int(clamping: settings.start &+ offset)
    failure.pointee = writeAll(bytes, to: settings.descriptor, at: place) ?? 0
  }

  /// Gives a written file the size that its superblock will state.
  private static func truncate(_ file: bnfold_VirtualFile) {
    guard let failure = file.settings.failure, failure.pointee == 0 else { return }
    let end = off_t(clamping: file.settings.start &+ file.endOfAllocation)
    while ftruncate(file.settings.descriptor, end) != 0 {
      if errno == EINTR { continue }
      failure.pointee = errno
      return
    }
  }
}

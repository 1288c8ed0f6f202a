import Glibc
import Synchronization

/// A regular file open for reading, or a part of one, by its descriptor: once it is open, no path is looked at again.
///
/// It is read with `pread` and never mapped, since a mapped file that becomes shorter ends the process.
public final class InputFile: Sendable {
  /// The path as it was given, for messages.
  public let path: String
  /// The size when it was opened or last measured.
  public var byteCount: Int { size.load(ordering: .relaxed) }
  private let size: Atomic<Int>
  /// `errno` of a read that failed; 0 if none has.
  private let readFailure = Atomic<Int32>(0)
  public let descriptor: Int32
  /// Where the part begins in the file; 0 for a whole file.
  public let start: Int
  private let owner: Owner

  /// Whose the descriptor is.
  private enum Owner {
    case itself
    case whole(InputFile)
    case scratch(ScratchFile)
    case caller
  }

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: where the file is; a symbolic link is followed.
  ///   - limit: how many bytes it may have.
  /// - Throws: `FileError` if it cannot be opened, is no regular file, or is too large.
  public convenience init(opening path: String, limit: Int) throws(FileError) {
    // Opening a FIFO would wait for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError(.system(errno, "cannot open"), path: path) }
    try self.init(descriptor: descriptor, path: path, limit: limit)
  }

  /// Takes over a descriptor, which is closed at the end.
  public init(descriptor: Int32, path: String, limit: Int) throws(FileError) {
    self.descriptor = descriptor
    self.path = path
    start = 0
    owner = .itself
    do throws(FileError) {
      size = Atomic(try Self.size(of: descriptor, path: path, limit: limit))
    } catch {
      close(descriptor)
      throw error
    }
  }

  /// Reads from a regular file that this process has filled, and that the caller will close.
  public convenience init(borrowing descriptor: Int32, path: String) {
    self.init(filled: descriptor, path: path, owner: .caller)
  }

  /// Reads what has been written to a scratch file, which lives as long as it is read.
  public convenience init(_ scratch: ScratchFile, path: String) {
    self.init(filled: scratch.descriptor, path: path, owner: .scratch(scratch))
  }

  private init(filled descriptor: Int32, path: String, owner: Owner) {
    self.descriptor = descriptor
    self.path = path
    self.owner = owner
    start = 0
    size = Atomic(Int(lseek(descriptor, 0, SEEK_END)))
  }

  private init(part: Range<Int>, of whole: InputFile) {
    path = whole.path
    descriptor = whole.descriptor
    start = whole.start + part.lowerBound
    size = Atomic(part.count)
    owner = .whole(whole)
  }

  deinit { if case .itself = owner { close(descriptor) } }

  /// A part as if it were a file of its own.
  ///
  /// - Precondition: the range lies in the file.
  public func part(_ range: Range<Int>) -> InputFile {
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount)
    return InputFile(part: range, of: self)
  }

  private static func size(of descriptor: Int32, path: String, limit: Int) throws(FileError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError(.system(errno, "cannot open"), path: path) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw FileError(.system(EISDIR, "cannot open"), path: path)
    default: throw FileError(.notRegular, path: path)
    }
    let size = Int(status.st_size)
    guard size <= limit else { throw FileError(.tooLarge(bytes: size, limit: limit), path: path) }
    return size
  }

  /// Looks at the size again, for a file that another process has filled.
  ///
  /// - Precondition: it is a whole file.
  public func measureAgain() { size.store(Int(lseek(descriptor, 0, SEEK_END)), ordering: .relaxed) }

  /// Whether both are the same file, by whatever names.
  public func isSameFile(as other: InputFile) -> Bool {
    var (mine, its) = (stat(), stat())
    return fstat(descriptor, &mine) == 0 && fstat(other.descriptor, &its) == 0 && mine.isSameFile(as: its)
  }

  /// The access mode of the file, to be given to a copy of it.
  public var permissions: mode_t {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? status.st_mode & 0o777 : 0o644
  }

  /// Says whether every read so far has succeeded, for a caller that has taken a failure for a difference.
  ///
  /// - Throws: `FileError` if one has not.
  public func checkReads() throws(FileError) {
    let code = readFailure.load(ordering: .relaxed)
    if code != 0 { throw FileError(.system(code, "cannot read"), path: path) }
  }

  /// Reads bytes from an offset.
  ///
  /// - Throws: `FileError` if the file cannot be read or has become shorter.
  public func read(_ count: Int, from offset: Int) throws(FileError) -> [UInt8] {
    var failure: FileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      do throws(FileError) {
        try fill(UnsafeMutableRawBufferPointer(buffer), from: offset)
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Reads a whole small file.
  ///
  /// - Throws: `FileError` if it is larger than the limit or cannot be read.
  public func readAll(limit: Int) throws(FileError) -> [UInt8] {
    guard byteCount <= limit else { throw FileError(.tooLarge(bytes: byteCount, limit: limit), path: path) }
    return try read(byteCount, from: 0)
  }

  /// Fills a buffer from an offset.
  ///
  /// - Throws: `FileError` if the file cannot be read or has become shorter.
  public func fill(_ buffer: UnsafeMutableRawBufferPointer, from offset: Int) throws(FileError) {
    guard offset >= 0, buffer.count <= byteCount - offset else { throw FileError(.endsEarly, path: path) }
    var done = 0
    while done < buffer.count {
      let place = off_t(start + offset + done)
      let got = pread(descriptor, buffer.baseAddress! + done, buffer.count - done, place)
      if got < 0 && errno == EINTR { continue }
      if got < 0 {
        noteFailure(errno)
        throw FileError(.system(errno, "cannot read"), path: path)
      }
      if got == 0 { throw FileError(.endsEarly, path: path) }
      done += got
    }
  }

  private func noteFailure(_ code: Int32) {
    if case .whole(let file) = owner { return file.noteFailure(code) }
    readFailure.store(code, ordering: .relaxed)
  }
}

import CLinux
import Glibc

/// A file that appears complete or not at all.
///
/// It is written under a temporary name beside its target, and renamed when everything about it is known to be
/// right. Until then the target is what it was.
/// Source of the order of steps: PostgreSQL, src/common/file_utils.c `durable_rename`.
public final class OutputFile {
  /// The name of the file to be.
  public let target: String
  /// The open file, for writing and for reading back.
  public let descriptor: Int32
  private let temporary: TemporaryFile
  private let replaces: Bool
  private let attributes: Attributes

  /// Whose permissions the file gets at the end.
  private enum Attributes {
    case new(mode_t)
    case replaced(stat)
  }
  private var isDurable = false
  private var isPublished = false
  private var background: BackgroundSynchronization?

  /// Makes the empty temporary file, and removes those that ended processes have left there.
  ///
  /// - Parameters:
  ///   - target: the path of the file to be.
  ///   - replaces: whether a file that is there may be replaced.
  ///   - permissions: of a new file, as far as the process's mask allows them.
  /// - Throws: `OutputError` if the target may not or cannot be written.
  public init(target: String, replaces: Bool, permissions: mode_t) throws(OutputError) {
    var status = stat()
    let isThere = lstat(target, &status) == 0
    if isThere {
      switch status.st_mode & S_IFMT {
      case S_IFREG: guard replaces else { throw OutputError(.exists, path: target) }
      case S_IFDIR: throw OutputError(.notRegular("a directory"), path: target)
      case S_IFLNK:
        throw OutputError(.notRegular("a symbolic link; name the file it points to"), path: target)
      default: throw OutputError(.notRegular("not a regular file"), path: target)
      }
    }
    self.target = target
    self.replaces = replaces
    let folder = PathParts(target).folder
    TemporaryFile.removeAbandoned(in: folder)
    do throws(SystemError) {
      temporary = try TemporaryFile(in: folder)
    } catch {
      throw OutputError(.cannotCreate(error.code), path: target)
    }
    descriptor = temporary.descriptor
    // A file that is replaced keeps its permissions and its owner, whatever the process's mask is.
    attributes = isThere ? .replaced(status) : .new(permissions & 0o777)
  }

  /// Bytes that have been written; 0 where the system does not say.
  public var byteCount: Int {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  }

  /// Opens the file once more, for a process that must not write to it.
  ///
  /// - Throws: `OutputError` if it cannot be opened, or if another file stands under the temporary name.
  public func openForReading() throws(OutputError) -> InputFile {
    let copy = open(temporary.path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard copy >= 0 else { throw OutputError(.cannotCreate(errno), path: target) }
    var (mine, other) = (stat(), stat())
    guard fstat(descriptor, &mine) == 0, fstat(copy, &other) == 0, mine.isSameFile(as: other) else {
      close(copy)
      throw OutputError(.cannotCreate(EEXIST), path: target)
    }
    do throws(FileError) {
      return try InputFile(descriptor: copy, path: target, limit: .max)
    } catch {
      throw OutputError(.cannotCreate(EIO), path: target)
    }
  }

  /// Writes the whole content of a small file.
  ///
  /// - Throws: `OutputError` if it cannot be written.
  public func write(_ bytes: [UInt8]) throws(OutputError) {
    let code = bytes.withUnsafeBytes { writeAll($0, to: descriptor, at: 0) }
    if let code { throw OutputError(.cannotWrite(code), path: target) }
  }

  /// Begins to make what has been written durable, while it is still being looked at.
  public func beginSynchronizing() { background = background ?? BackgroundSynchronization(of: descriptor) }

  /// Makes the file durable and gives it its name.
  ///
  /// - Throws: `OutputError`; then the target is what it was, except for `.notDurable`.
  public func publish() throws(OutputError) {
    try makeDurable()
    try putInPlace()
    isPublished = true
    temporary.isGone()
    if let code = synchronizeFolder() { throw OutputError(.notDurable(code), path: target) }
  }

  /// Makes what has been written durable, before the file has its name.
  ///
  /// - Throws: `OutputError` where the system cannot.
  private func makeDurable() throws(OutputError) {
    guard !isDurable else { return }
    setAttributes()
    if let code = background?.wait() ?? synchronize(descriptor) {
      throw OutputError(.cannotSynchronize(code), path: target)
    }
    isDurable = true
  }

  /// Whether there was a file of this name.
  public var replacesFile: Bool { if case .replaced = attributes { true } else { false } }

  /// Removes the file that this one replaces, once this one is durable.
  ///
  /// Two files cannot be replaced at once. Where they belong together, a process that is killed in between shall leave none
  /// of them rather than the old one beside the new one.
  /// - Throws: `OutputError`; then the target is what it was.
  public func removeReplaced() throws(OutputError) {
    try makeDurable()
    guard replacesFile else { return }
    guard unlink(target) == 0 || errno == ENOENT else {
      throw OutputError(.cannotRename(errno), path: target)
    }
    // Where that fails, it will again when the file has its name, and is told then.
    _ = synchronizeFolder()
  }

  /// - Returns: the system's error number; nil where it succeeds.
  private func synchronizeFolder() -> Int32? {
    let folder = open(PathParts(target).folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
    guard folder >= 0 else { return errno }
    defer { close(folder) }
    return synchronize(folder)
  }

  deinit { if !isPublished { temporary.remove() } }

  /// The process's mask; asked for once, since asking means setting it, for all threads.
  private static let mask: mode_t = {
    let mask = umask(0)
    umask(mask)
    return mask
  }()

  private func setAttributes() {
    switch attributes {
    case .new(let permissions):
      fchmod(descriptor, permissions & ~Self.mask)
    case .replaced(let status):
      // Only root may give a file away; for everybody else the owner is the same already.
      if fchown(descriptor, status.st_uid, status.st_gid) != 0 { _ = fchown(descriptor, .max, status.st_gid) }
      fchmod(descriptor, status.st_mode & 0o777)
    }
  }

  /// Renames; where nothing may be replaced, a file that has appeared in the meantime stays.
  private func putInPlace() throws(OutputError) {
    if replaces {
      guard rename(temporary.path, target) == 0 else { throw OutputError(.cannotRename(errno), path: target) }
      return
    }
    let flags = UInt32(bnfold_RENAME_NOREPLACE)
    if renameat2(AT_FDCWD, temporary.path, AT_FDCWD, target, flags) == 0 { return }
    if errno == EEXIST { throw OutputError(.exists, path: target) }
    // Some file systems do not know the flag. A hard link is refused just the same if the name is taken.
    guard errno == EINVAL || errno == ENOSYS else { throw OutputError(.cannotRename(errno), path: target) }
    if link(temporary.path, target) == 0 {
      unlink(temporary.path)
      return
    }
    // Others have no hard links either; then nothing is left but to look first.
    var status = stat()
    guard [EPERM, EOPNOTSUPP, ENOSYS, EMLINK].contains(errno), lstat(target, &status) != 0 else {
      throw OutputError(errno == EEXIST ? .exists : .cannotRename(errno), path: target)
    }
    guard rename(temporary.path, target) == 0 else { throw OutputError(.cannotRename(errno), path: target) }
  }
}

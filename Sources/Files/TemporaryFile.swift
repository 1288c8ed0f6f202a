import Glibc

/// A hidden file with a name of its own, locked while its process lives.
///
/// The lock belongs to the open file, so that the system releases it when the process ends, however it ends. A file
/// that another process can lock is therefore left over from a process that was killed.
final class TemporaryFile {
  let path: String
  let descriptor: Int32
  /// The number under which it is removed when a signal ends the process.
  private let cleanup: Int?

  /// The target's name is not part of it: that may be as long as names can be.
  private static let prefix = ".bnfold-"

  /// Makes an empty file that no other user may read, in the directory of its target, since a rename does not cross file
  /// systems.
  init(in folder: String) throws(SystemError) {
    var code = EEXIST
    for _ in 0..<100 {
      let path = "\(folder)/\(Self.prefix)\(getpid())-\(UInt32.random(in: 0 ... .max))"
      let cleanup = SignalCleanup.remember(path)
      let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else {
        code = errno
        SignalCleanup.forget(cleanup)
        if code == EEXIST || code == EINTR { continue }
        throw SystemError(code: code)
      }
      // Whatever the process's mask is: the file is written by one worker and read by another.
      fchmod(descriptor, 0o600)
      // Between the two calls, another process may have taken the file for an abandoned one, and removed it.
      let isTaken = flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
      if !isTaken, Self.isSame(descriptor, path) {
        self.path = path
        self.descriptor = descriptor
        self.cleanup = cleanup
        return
      }
      close(descriptor)
      unlink(path)
      SignalCleanup.forget(cleanup)
    }
    throw SystemError(code: code)
  }

  private static func isSame(_ descriptor: Int32, _ path: String) -> Bool {
    var (mine, other) = (stat(), stat())
    return fstat(descriptor, &mine) == 0 && lstat(path, &other) == 0 && mine.isSameFile(as: other)
  }

  /// Removes the file.
  func remove() {
    unlink(path)
    SignalCleanup.forget(cleanup)
  }

  /// Says that the file has another name now.
  func isGone() { SignalCleanup.forget(cleanup) }

  deinit { close(descriptor) }

  /// Whether a name has the form of a temporary file's: nothing else may ever be removed.
  static func isTemporary(_ name: String) -> Bool {
    let numbers = name.dropFirst(prefix.count).utf8.split(
      separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    let isNumber = { (part: Substring.UTF8View.SubSequence) in
      !part.isEmpty && part.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
    return name.hasPrefix(prefix) && numbers.count == 2 && numbers.allSatisfy(isNumber)
  }

  /// Removes temporary files of processes that have ended.
  ///
  /// What cannot be done is left undone: it belongs to another process, and is no reason not to work.
  static func removeAbandoned(in folder: String) {
    guard let stream = opendir(folder) else { return }
    defer { closedir(stream) }
    let directory = dirfd(stream)
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard isTemporary(name) else { continue }
      let file = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
      guard file >= 0 else { continue }
      defer { close(file) }
      var status = stat()
      guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
        status.st_nlink == 1,
        flock(file, LOCK_EX | LOCK_NB) == 0
      else { continue }
      unlinkat(directory, name, 0)
    }
  }
}

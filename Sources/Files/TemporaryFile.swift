import Glibc

/// A call of the operating system that failed.
struct SystemError: Error {
  /// `errno`.
  let code: Int32
}

/// A hidden file with a name of its own, locked while its process lives.
///
/// The lock belongs to the open file, so that the system releases it when the process ends, however it ends. A file
/// that can be locked by somebody else is therefore left over from a process that was killed.
final class TemporaryFile {
  let path: String
  let descriptor: Int32

  /// The target's name is not part of it: that may be as long as names can be.
  private static let prefix = ".bnfold-"

  /// Makes an empty file, in the directory of its target, since a rename does not cross file systems.
  init(in folder: String, permissions: mode_t) throws(SystemError) {
    while true {
      let path = "\(folder)/\(Self.prefix)\(getpid())-\(UInt32.random(in: 0 ... .max))"
      SignalCleanup.remember(path)
      let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, permissions)
      guard descriptor >= 0 else {
        let code = errno
        SignalCleanup.forget()
        if code == EEXIST || code == EINTR { continue }
        throw SystemError(code: code)
      }
      var status = stat()
      // Between the two calls, another process may have taken the file for an abandoned one.
      if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
        close(descriptor)
        continue
      }
      guard fstat(descriptor, &status) == 0, status.st_nlink > 0 else {
        close(descriptor)
        continue
      }
      self.path = path
      self.descriptor = descriptor
      return
    }
  }

  /// Removes the file.
  func remove() {
    unlink(path)
    SignalCleanup.forget()
  }

  /// Says that the file has another name now.
  func isGone() { SignalCleanup.forget() }

  deinit { close(descriptor) }

  /// Removes temporary files of processes that have ended.
  ///
  /// What cannot be done is left undone: it is somebody else's, and no reason not to work.
  static func removeAbandoned(in folder: String) {
    guard let stream = opendir(folder) else { return }
    defer { closedir(stream) }
    let directory = dirfd(stream)
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard name.hasPrefix(prefix) else { continue }
      let file = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
      guard file >= 0 else { continue }
      defer { close(file) }
      var status = stat()
      guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
        flock(file, LOCK_EX | LOCK_NB) == 0
      else { continue }
      unlinkat(directory, name, 0)
    }
  }
}

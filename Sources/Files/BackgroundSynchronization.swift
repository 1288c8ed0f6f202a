import Glibc
import Parallel
import Synchronization

/// Makes a file durable while something else happens, such as its being read back.
///
/// The kernel reports a failure once: a caller that synchronizes again afterwards has to ask for this result as well.
/// Source: fsync(2), section "Errors".
struct BackgroundSynchronization {
  /// nil where no thread could be started.
  private let thread: pthread_t?
  private let work: Work

  /// Starts.
  ///
  /// - Parameter original: the descriptor of the file; a copy of it is used, so that it may be closed.
  init(of original: Int32) {
    let work = Work()
    self.work = work
    let descriptor = fcntl(original, F_DUPFD_CLOEXEC, 0)
    thread =
      descriptor < 0
      ? nil
      : startThread {
        if let code = synchronize(descriptor) { work.error.withLock { $0 = code } }
        close(descriptor)
      }
    if descriptor >= 0, thread == nil { close(descriptor) }
  }

  /// Waits for the end; may be called once.
  ///
  /// - Returns: the error of the system; nil if there was none, or if it could not be started.
  func wait() -> Int32? {
    guard let thread else { return nil }
    pthread_join(thread, nil)
    return work.error.withLock { $0 }
  }

  /// What the thread leaves.
  private final class Work: Sendable {
    let error = Mutex<Int32?>(nil)
  }
}

/// Waits until the disk has what was written.
///
/// - Returns: the error of the system; nil if there was none, or for what cannot be synchronized, as directories on some
///   file systems.
func synchronize(_ descriptor: Int32) -> Int32? {
  while fsync(descriptor) != 0 {
    if errno == EINTR { continue }
    return errno == EINVAL ? nil : errno
  }
  return nil
}

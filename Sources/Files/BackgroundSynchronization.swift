import Glibc
import Synchronization

/// Makes a file durable while something else happens, such as its being read back.
///
/// The kernel reports a failure once: whoever synchronizes again afterwards has to ask for this result as well.
/// Source: fsync(2), section "Errors".
struct BackgroundSynchronization {
  /// nil where no thread could be started.
  private let thread: pthread_t?
  private let work: Work

  /// Starts.
  ///
  /// - Parameter original: the descriptor of the file; a copy of it is used, so that it may be closed.
  init(of original: Int32) {
    let work = Work(descriptor: fcntl(original, F_DUPFD_CLOEXEC, 0))
    self.work = work
    let context = Unmanaged.passRetained(work)
    var thread = pthread_t()
    let isStarted =
      work.descriptor >= 0
      && pthread_create(
        &thread, nil,
        { context in
          Unmanaged<Work>.fromOpaque(context!).takeRetainedValue().run()
          return nil
        }, context.toOpaque()) == 0
    if !isStarted {
      context.release()
      close(work.descriptor)
    }
    self.thread = isStarted ? thread : nil
  }

  /// Waits for the end; may be called once.
  ///
  /// - Returns: the error of the system; nil if there was none, or if it could not be started.
  func wait() -> Int32? {
    guard let thread else { return nil }
    pthread_join(thread, nil)
    return work.error.withLock { $0 }
  }

  /// What the thread does, and leaves.
  private final class Work: Sendable {
    let descriptor: Int32
    let error = Mutex<Int32?>(nil)

    init(descriptor: Int32) { self.descriptor = descriptor }

    func run() {
      while fsync(descriptor) != 0 {
        let code = errno
        if code == EINTR { continue }
        // What cannot be synchronized at all says so once more in the end.
        if code != EINVAL { error.withLock { $0 = code } }
        break
      }
      close(descriptor)
    }
  }
}

import Glibc
import Synchronization

/// Removes what is half-made when a signal ends the process: the temporary file, and the worker process.
public enum SignalCleanup {
  /// The address of the path as a C string, 0 for none: a handler may neither allocate nor lock.
  private static let path = Atomic<UInt>(0)
  /// The process that works for this one, 0 for none.
  private static let worker = Atomic<Int32>(0)

  /// Lets Ctrl-C and SIGTERM remove the temporary file and end the process with 130 or 143.
  ///
  /// A write to a full or limited disk, or to a closed pipe, becomes an error instead of a signal.
  public static func install() {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      signal(number) { number in
        let process = SignalCleanup.worker.load(ordering: .acquiring)
        if process > 0 { kill(process, SIGKILL) }
        let address = SignalCleanup.path.load(ordering: .acquiring)
        if let path = UnsafePointer<CChar>(bitPattern: address) { unlink(path) }
        _exit(128 + number)
      }
    }
    ignoreWriteSignals()
  }

  /// Makes a write to a limited file or a closed pipe an error instead of a signal.
  public static func ignoreWriteSignals() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }

  /// Says which process to end together with this one.
  public static func remember(worker process: pid_t) { worker.store(process, ordering: .releasing) }

  /// Says that the worker has ended.
  public static func forgetWorker() { worker.store(0, ordering: .releasing) }

  static func remember(_ temporary: String) { replace(strdup(temporary)) }

  static func forget() { replace(nil) }

  /// The old text is not freed: a handler may be reading it.
  private static func replace(_ pointer: UnsafeMutablePointer<CChar>?) {
    path.store(UInt(bitPattern: pointer), ordering: .releasing)
  }
}

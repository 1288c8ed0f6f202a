import Glibc
import Synchronization

/// Removes the temporary files when a signal ends the process.
public enum SignalCleanup {
  /// The address of a path as a C string, 0 for none: a handler may neither allocate nor lock.
  private final class Slot: Sendable { let path = Atomic<UInt>(0) }

  /// A command writes a file or two for each model at the same time; one more than these would not be removed.
  private static let slots = (0..<64).map { _ in Slot() }

  /// Lets Ctrl-C and SIGTERM remove the temporary file and end the process with 130 or 143.
  ///
  /// A write to a full or limited disk, or to a closed pipe, becomes an error instead of a signal.
  public static func install() {
    var handled = sigset_t()
    sigemptyset(&handled)
    // Once before it is needed: what the runtime makes on first use, it makes under a lock that a handler must not wait for.
    removeFiles()
    for number in [SIGINT, SIGTERM, SIGHUP] {
      guard !isIgnored(number) else { continue }
      signal(number) { number in
        SignalCleanup.removeFiles()
        _exit(128 + number)
      }
      sigaddset(&handled, number)
    }
    // A parent with threads may have had them blocked.
    pthread_sigmask(SIG_UNBLOCK, &handled, nil)
    // Where they are ignored, the system does not say how a worker has ended.
    signal(SIGCHLD, SIG_DFL)
    ignoreWriteSignals()
  }

  private static func removeFiles() {
    for slot in slots {
      let address = slot.path.load(ordering: .acquiring)
      if let path = UnsafePointer<CChar>(bitPattern: address) { unlink(path) }
    }
  }

  /// Whether the process that started this one wants it to go on, as `nohup` does.
  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    sigaction(number, nil, &action)
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  }

  /// Makes a write to a limited file or a closed pipe an error instead of a signal.
  public static func ignoreWriteSignals() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }

  /// Remembers a file, and says under which number.
  static func remember(_ temporary: String) -> Int? {
    let address = UInt(bitPattern: strdup(temporary))
    return slots.firstIndex {
      $0.path.compareExchange(expected: 0, desired: address, ordering: .acquiringAndReleasing).exchanged
    }
  }

  /// Forgets a file.
  ///
  /// The text is not freed: a handler may be reading it.
  static func forget(_ number: Int?) { if let number { slots[number].path.store(0, ordering: .releasing) } }
}

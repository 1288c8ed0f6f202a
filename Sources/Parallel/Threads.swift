import Glibc

/// Runs the same work on several threads and waits until all have ended.
///
/// The work decides itself which part it takes, for instance by an atomic counter; the calling thread is one
/// of the threads.
public func onThreads(_ count: Int, _ work: @Sendable () -> Void) {
  withoutActuallyEscaping(work) { work in
    let threads = (1..<max(1, count)).compactMap { _ in startThread(work) }
    work()
    for thread in threads { pthread_join(thread, nil) }
  }
}

/// Starts a thread, which holds its work for no longer than the work takes.
///
/// - Returns: the thread, which the caller has to wait for; nil where the system has none to give.
public func startThread(_ work: @escaping @Sendable () -> Void) -> pthread_t? {
  var thread = pthread_t()
  let context = Unmanaged.passRetained(WorkBox(work))
  let failed = pthread_create(
    &thread, nil,
    { context in
      WorkBox.run(context!)
      return nil
    }, context.toOpaque())
  if failed != 0 { context.release() }
  return failed == 0 ? thread : nil
}

private final class WorkBox: Sendable {
  private let work: @Sendable () -> Void

  init(_ work: @escaping @Sendable () -> Void) { self.work = work }

  /// In a function of its own, so that nothing of the work is left when the thread ends.
  @inline(never)
  static func run(_ context: UnsafeMutableRawPointer) {
    Unmanaged<WorkBox>.fromOpaque(context).takeRetainedValue().work()
  }
}

/// The number of processors that this process may use.
public func processorCount() -> Int { onlineProcessors }

/// Asked once, and early: the system answers by opening a file.
private let onlineProcessors = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))

import Glibc

/// Runs the same work on several threads and waits until all have ended.
///
/// The work decides itself which part it takes, for instance by an atomic counter; the calling thread is one
/// of the threads.
public func onThreads(_ count: Int, _ work: @Sendable () -> Void) {
  withoutActuallyEscaping(work) { work in
    let box = Unmanaged.passRetained(WorkBox(work))
    defer { box.release() }
    let threads = (1..<max(1, count)).compactMap { _ -> pthread_t? in
      var thread = pthread_t()
      let failed = pthread_create(
        &thread, nil,
        { context in
          Unmanaged<WorkBox>.fromOpaque(context!).takeUnretainedValue().work()
          return nil
        }, box.toOpaque())
      return failed == 0 ? thread : nil
    }
    work()
    for thread in threads { pthread_join(thread, nil) }
  }
}

private final class WorkBox: Sendable {
  let work: @Sendable () -> Void
  init(_ work: @escaping @Sendable () -> Void) { self.work = work }
}

/// The number of processors that this process may use.
public func processorCount() -> Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

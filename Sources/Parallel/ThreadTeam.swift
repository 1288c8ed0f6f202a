import CLinux
import Glibc
import Synchronization

/// Threads that wait for the next piece of work, for work in pieces too short to start a thread for each.
///
/// One caller at a time gives work; the work itself must not give any.
public final class ThreadTeam: Sendable {
  private let shared = Shared()
  private let threads: [pthread_t]

  /// - Parameter count: threads, the caller of `run` included.
  public init(count: Int) {
    threads = (1..<max(1, count)).compactMap { [shared] _ in startThread { shared.help() } }
  }

  deinit {
    shared.begin(nil, helpers: 0)
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Runs the same work on all threads and waits until all have ended.
  ///
  /// The work decides itself which part it takes, for instance by an atomic counter.
  public func run(_ work: @Sendable () -> Void) {
    withoutActuallyEscaping(work) { work in
      shared.begin(work, helpers: threads.count)
      work()
      shared.waitForHelpers()
    }
  }

  /// What the threads have in common.
  private final class Shared: @unchecked Sendable {
    private let round = Atomic<Int>(0)
    private let helpersAtWork = Atomic<Int>(0)
    private let sleepers = Atomic<Int>(0)
    /// Written before a round begins, read after it has begun.
    private var work: (@Sendable () -> Void)?
    private let door = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let bell = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// How often a thread asks before it sleeps: about a tenth of a millisecond, which is less than waking up takes.
    private static let patience = 2_000

    init() {
      pthread_mutex_init(door, nil)
      pthread_cond_init(bell, nil)
    }

    deinit {
      pthread_cond_destroy(bell)
      pthread_mutex_destroy(door)
      bell.deallocate()
      door.deallocate()
    }

    /// - Parameter work: nil ends the threads.
    func begin(_ work: (@Sendable () -> Void)?, helpers: Int) {
      self.work = work
      helpersAtWork.store(helpers, ordering: .relaxed)
      round.wrappingAdd(1, ordering: .sequentiallyConsistent)
      ring()
    }

    func waitForHelpers() {
      wait { helpersAtWork.load(ordering: .sequentiallyConsistent) == 0 }
      work = nil
    }

    func help() {
      var seen = 0
      while true {
        wait { round.load(ordering: .sequentiallyConsistent) != seen }
        seen += 1
        guard takePart() else { return }
        if helpersAtWork.wrappingSubtract(1, ordering: .sequentiallyConsistent).newValue == 0 { ring() }
      }
    }

    /// In a function of its own, so that no copy of the work is left when the round is over.
    ///
    /// - Returns: whether there was work.
    @inline(never)
    private func takePart() -> Bool {
      guard let work else { return false }
      work()
      return true
    }

    private func wait(until isDone: () -> Bool) {
      for _ in 0..<Self.patience {
        if isDone() { return }
        bnfold_pause()
      }
      pthread_mutex_lock(door)
      sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
      while !isDone() { pthread_cond_wait(bell, door) }
      sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
      pthread_mutex_unlock(door)
    }

    /// Who is about to sleep is counted before asking for the last time: a change is seen or it is woken up.
    private func ring() {
      guard sleepers.load(ordering: .sequentiallyConsistent) > 0 else { return }
      pthread_mutex_lock(door)
      pthread_cond_broadcast(bell)
      pthread_mutex_unlock(door)
    }
  }
}

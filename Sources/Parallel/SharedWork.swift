import Synchronization

/// Does numbered pieces of work on several threads; each thread takes the next piece when it has done one.
///
/// After a failure no new piece is begun.
///
/// - Parameters:
///   - count: the number of pieces.
///   - threads: at most this many threads; the calling thread is one of them.
///   - state: makes what a thread keeps from piece to piece, such as a buffer.
///   - work: does one piece, by its number from 0.
/// - Throws: what the first failing piece throws.
public func shareWork<State, Failure>(
  of count: Int, threads: Int, state: @Sendable () -> State,
  _ work: @Sendable (inout State, Int) throws(Failure) -> Void
) throws(Failure) {
  let turns = Turns<Failure>(count)
  onThreads(min(count, threads)) {
    var own = state()
    turns.take { (index) throws(Failure) in try work(&own, index) }
  }
  try turns.end()
}

/// Does numbered pieces of work that keep nothing from piece to piece.
public func shareWork<Failure>(
  of count: Int, threads: Int, _ work: @Sendable (Int) throws(Failure) -> Void
) throws(Failure) {
  try shareWork(of: count, threads: threads, state: {}) { (_, index) throws(Failure) in try work(index) }
}

/// Does numbered pieces of work on the threads of a team.
public func shareWork<Failure>(
  of count: Int, among team: ThreadTeam, _ work: @Sendable (Int) throws(Failure) -> Void
) throws(Failure) {
  let turns = Turns<Failure>(count)
  team.run { turns.take(work) }
  try turns.end()
}

/// The pieces that several threads take, one after the other.
private struct Turns<Failure: Error>: ~Copyable, Sendable {
  private let count: Int
  private let next = Atomic<Int>(0)
  private let failure = Mutex<Failure?>(nil)

  init(_ count: Int) { self.count = count }

  /// Does pieces until there are none left, or one has failed.
  func take(_ work: (Int) throws(Failure) -> Void) {
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      do throws(Failure) {
        try work(index)
      } catch {
        failure.withLock { $0 = $0 ?? error }
        next.store(count, ordering: .relaxed)
      }
    }
  }

  /// - Throws: what a failing piece has thrown.
  func end() throws(Failure) {
    if let error = failure.withLock({ $0 }) { throw error }
  }
}

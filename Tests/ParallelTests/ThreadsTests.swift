import Parallel
import Synchronization
import Testing

@Suite struct ThreadsTests {
  private struct Failure: Error, Equatable { let piece: Int }

  @Test(arguments: [0, 1, 7, 1000], [0, 1, 3])
  func `Every piece is done once`(count: Int, threads: Int) {
    let done = Mutex([Int](repeating: 0, count: count))
    shareWork(of: count, threads: threads) { index in done.withLock { $0[index] += 1 } }
    #expect(done.withLock { $0 } == [Int](repeating: 1, count: count))
  }

  @Test func `A thread keeps its state from piece to piece`() {
    let last = Mutex(0)
    shareWork(of: 10, threads: 1, state: { 0 }) { sum, index in
      sum += index
      let total = sum
      last.withLock { $0 = total }
    }
    #expect(last.withLock { $0 } == 45)
  }

  @Test func `A failure is thrown and ends the work`() {
    let done = Atomic<Int>(0)
    #expect(throws: Failure(piece: 5)) {
      try shareWork(of: 1_000_000, threads: 2) { index in
        done.wrappingAdd(1, ordering: .relaxed)
        if index == 5 { throw Failure(piece: index) }
      }
    }
    #expect(done.load(ordering: .relaxed) < 1_000_000)
  }
}

import Inference
import Synchronization
import Tensor
import Testing

/// Results must not depend on what runs beside.
@Suite struct ThreadTests {
  /// The products of OpenBLAS's variant without threads are not: this is the test that found it.
  @Test func `Products from several threads have the bits of one thread`() {
    let (m, n, k) = (96, 80, 300)
    var generator = SeededGenerator(seed: 1)
    let a = (0..<m * k).map { _ in generator.nextSigned() }
    let b = (0..<k * n).map { _ in generator.nextSigned() }
    @Sendable func product() -> [Double] {
      var c = [Double](repeating: 0, count: m * n)
      Double.multiply(
        transposesB: false, m: m, n: n, k: k, a: a, lda: k, b: b, ldb: n, beta: 0, c: &c, ldc: n)
      return c
    }
    let expected = product()
    #expect(expected.contains { $0 != 0 })
    let wrong = Atomic<Int>(0)
    onThreads(4) {
      for _ in 0..<2000 where product() != expected { wrong.wrappingAdd(1, ordering: .relaxed) }
    }
    #expect(wrong.load(ordering: .relaxed) == 0)
  }
}

import Testing

@testable import Reports

@Suite struct LogarithmicAxisTests {
  @Test func `It goes from one power of ten to another`() {
    let axis = LogarithmicAxis(over: [0.02, 50])
    #expect(axis.marks().map(\.label) == ["0.01", "0.1", "1", "10", "100"])
    #expect(axis.position(0.01) == 0)
    #expect(abs(axis.position(1) - 50) < 1e-9)
    #expect(axis.position(100) == 100)
  }

  @Test func `What has no logarithm is at an end`() {
    let axis = LogarithmicAxis(over: [0, -1, .nan, .infinity, 3])
    #expect(axis.marks().map(\.label) == ["1", "10"])
    #expect([0, -1, .nan].map(axis.position) == [0, 0, 0])
    #expect(axis.position(.infinity) == 100)
  }

  @Test func `An axis of nothing has a length`() {
    #expect(LogarithmicAxis(over: []).marks().count == 2)
  }

  @Test func `Marks of a long axis leave powers out`() {
    #expect(LogarithmicAxis(over: [1e-17, 1]).marks().count <= 6)
    #expect(LogarithmicAxis(over: [1e-300, 1e300]).marks().count <= 6)
  }
}

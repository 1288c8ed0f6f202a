import Elements
import ModelGraph
import Testing

@testable import ONNXFormat

/// How much is computed of constants while a model is read.
@Suite struct ComputingBudgetTests {
  private static let sine = Operation.function(.elementwise(.sine))
  private static let product = Operation.tensor(
    TensorOperation(.matrixProduct, operands: [.tensor(0), .tensor(1)]))
  private static let einsum = Operation.tensor(
    TensorOperation(.einsum("a,b,c,d->a"), operands: (0..<4).map { .tensor($0) }))

  /// How often a layer is computed until nothing is left.
  private func count(_ operation: Operation, _ operands: [Shape], _ result: Shape, bytes: Int = 0) -> Int {
    var budget = ComputingBudget(forBytes: bytes)
    return (0..<100).prefix { _ in budget.take(operation, operands: operands, results: [result]) }.count
  }

  @Test func `Elements that are read and made are counted together`() {
    #expect(count(Self.sine, [[1 << 20]], [1 << 20]) == 2)
    #expect(count(Self.sine, [[1 << 19]], [1 << 19]) == 4)
    #expect(count(Self.sine, [], [1 << 20]) == 4)
    #expect(count(Self.sine, [[1 << 10]], [1 << 10]) == 100)
  }

  @Test func `A larger file may have more`() {
    #expect(count(Self.sine, [[1 << 20]], [1 << 20], bytes: 1 << 23) == 4)
  }

  @Test func `An operand or a result is never larger than a million elements`() {
    #expect(count(Self.sine, [[(1 << 20) + 1]], [1], bytes: 1 << 40) == 0)
    #expect(count(Self.sine, [[1]], [1 << 11, 1 << 11], bytes: 1 << 40) == 0)
    #expect(count(Self.sine, [[1 << 40, 1 << 40]], [1]) == 0)
  }

  @Test func `The sums of products are counted as well`() {
    #expect(count(Self.product, [[256, 256], [256, 256]], [256, 256]) == 4)
    #expect(count(Self.product, [[1024, 1024], [1024, 1024]], [1024, 1024]) == 0)
  }

  @Test func `What cannot be counted is not computed`() {
    #expect(count(Self.einsum, [[1 << 20], [1 << 20], [1 << 20], [1 << 20]], [1 << 20], bytes: 1 << 40) == 0)
    #expect(count(Self.einsum, [[2], [3], [4], [5]], [2]) == 100)
  }
}

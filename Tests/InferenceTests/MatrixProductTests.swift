import Bytes
import Parallel
import Synchronization
import Testing
@testable import Inference

/// Products against the sums as they are defined.
@Suite struct MatrixProductTests {
  /// Heights below, at and above a tile's; depths below and above a block of terms; widths below and above a panel.
  private static let shapes: [(rows: Int, depth: Int, columns: Int)] = [
    (1, 1, 1), (1, 300, 70), (3, 5, 33), (6, 16, 32), (7, 256, 64), (12, 257, 16), (13, 20, 31),
    (25, 600, 100),
    (300, 9, 65), (4, 0, 3),
  ]

  private static func numbers(_ count: Int, _ generator: inout SeededGenerator) -> [Double] {
    (0..<count).map { _ in generator.nextSigned() }
  }

  private static func product(
    _ shape: (rows: Int, depth: Int, columns: Int), _ a: [Double], _ b: [Double], threads: Int = 1
  ) -> [Double] {
    var result = [Double](repeating: .nan, count: shape.rows * shape.columns)
    MatrixProduct(rows: shape.rows, leftStride: shape.depth, depth: shape.depth, columns: shape.columns)
      .store(a, times: b, in: &result, sharing: WorkSharing(threads: threads))
    return result
  }

  @Test(arguments: shapes.indices)
  func `Each element is the sum of its products`(number: Int) {
    let shape = Self.shapes[number]
    var generator = SeededGenerator(seed: UInt64(number))
    let a = Self.numbers(shape.rows * shape.depth, &generator)
    let b = Self.numbers(shape.depth * shape.columns, &generator)
    let found = Self.product(shape, a, b)
    for row in 0..<shape.rows {
      for column in 0..<shape.columns {
        let sum = (0..<shape.depth).reduce(0) {
          $0 + a[row * shape.depth + $1] * b[$1 * shape.columns + column]
        }
        // Each of the products and sums of numbers up to 1 is off by at most one rounding.
        #expect(
          abs(found[row * shape.columns + column] - sum) <= Double(shape.depth * shape.depth) * 0x1p-53,
          "row \(row), column \(column)")
      }
    }
  }

  /// A product never depends on how its rows are cut into tiles, or on what runs beside it.
  @Test func `Rows have the same bits alone, together and on several threads`() {
    let shape = (rows: 97, depth: 300, columns: 80)
    var generator = SeededGenerator(seed: 1)
    let a = Self.numbers(shape.rows * shape.depth, &generator)
    let b = Self.numbers(shape.depth * shape.columns, &generator)
    let expected = Self.product(shape, a, b)
    for row in 0..<shape.rows {
      let alone = Self.product(
        (1, shape.depth, shape.columns), Array(a[row * shape.depth..<(row + 1) * shape.depth]), b)
      #expect(alone == Array(expected[row * shape.columns..<(row + 1) * shape.columns]), "row \(row)")
    }
    let wrong = Atomic<Int>(0)
    onThreads(4) {
      for _ in 0..<200 where Self.product(shape, a, b, threads: 2) != expected {
        wrong.wrappingAdd(1, ordering: .relaxed)
      }
    }
    #expect(wrong.load(ordering: .relaxed) == 0)
  }
}

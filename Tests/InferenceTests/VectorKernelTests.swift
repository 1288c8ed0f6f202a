import Bytes
import CKernels
import RealModule
import Testing
@testable import Inference

/// The kernels for each instruction set that this processor has against plain loops.
@Suite struct VectorKernelTests {
  private static let sets = Array(0..<bnfold_instruction_sets())

  /// The sums of one row of a tile, in the order that every kernel promises: bits differ by fused roundings only.
  @Test(arguments: sets)
  func `Tiles of all heights and widths`(set: Int) {
    let kernels = VectorKernels<Float>(instructionSet: set)
    var generator = SeededGenerator(seed: 5)
    let depth = 37
    for rows in 1...14 {
      for columns in 1...kernels.panelColumns {
        let left = (0..<rows * depth).map { _ in Float(generator.nextSigned()) }
        let right = (0..<depth * columns).map { _ in Float(generator.nextSigned()) }
        var block = [Float](repeating: .nan, count: rows * kernels.leftStride)
        var panel = [Float](repeating: .nan, count: depth * kernels.panelColumns)
        var result = [Float](repeating: 1, count: rows * columns)
        kernels.pack(right, columns, 1, depth, columns, &panel)
        left.withUnsafeBufferPointer { left in
          let places = (0..<rows).map { row in left.baseAddress.map { $0 + row * depth } }
          kernels.gather(places, 1, rows, 1, 0, depth, &block)
        }
        result.withUnsafeMutableBufferPointer { result in
          let targets = (0..<rows).map { Optional(result.baseAddress! + $0 * columns) }
          kernels.multiply(block, rows, depth, panel, kernels.panelColumns, columns, targets, 0, true)
        }
        for index in result.indices {
          let (row, column) = index.quotientAndRemainder(dividingBy: columns)
          let sum = (0..<depth).reduce(1.0) {
            $0 + Double(left[row * depth + $1]) * Double(right[$1 * columns + column])
          }
          #expect(abs(Double(result[index]) - sum) <= Double(depth * depth) * 0x1p-24)
        }
      }
    }
  }

  /// Two units in the last place: those of the exponential and of the quotient.
  @Test(arguments: sets)
  func `The logistic function in float32`(set: Int) {
    let kernels = VectorKernels<Float>(instructionSet: set)
    for multiplies in [false, true] {
      var values = (-11_000...11_000).map { Float($0) / 100 } + [.infinity, .nan]
      let arguments = values
      let count = values.count
      kernels.sigmoid(&values, count, 1, count, multiplies)
      #expect(values[count - 2] == (multiplies ? .infinity : 1))
      #expect(values[count - 1].isNaN)
      for (x, value) in zip(arguments.map { Double($0) }, values).dropLast(2) {
        let logistic = 1 / (1 + Double.exp(-x))
        let expected = multiplies ? x * logistic : logistic
        // The logistic of a number below -87 is subnormal, and a multiple of the smallest number.
        let spacing = Double(Float.leastNonzeroMagnitude) * (multiplies ? abs(x) : 1)
        #expect(abs(Double(value) - expected) <= 3 * Double(Float(expected).ulp) + spacing, "of \(x)")
      }
    }
  }

  @Test(arguments: sets)
  func `The logistic function in float64`(set: Int) {
    let kernels = VectorKernels<Double>(instructionSet: set)
    var values = (-75_000...75_000).map { Double($0) / 100 }
    let arguments = values
    let count = values.count
    kernels.sigmoid(&values, count, 1, count, false)
    for (x, value) in zip(arguments, values) {
      let expected = x < 0 ? Double.exp(x) / (1 + .exp(x)) : 1 / (1 + .exp(-x))
      #expect(abs(value - expected) <= 4 * expected.ulp, "of \(x)")
    }
  }
}

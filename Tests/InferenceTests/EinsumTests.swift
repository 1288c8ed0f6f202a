import Bytes
import Elements
import Inference
import ModelGraph
import Testing

/// Equations that are more than a matrix product, against loops.
@Suite struct EinsumTests {
  private func evaluate(
    _ input: String, _ kernel: String, _ output: String, kernelShape: Shape, values: [Double],
    _ array: DenseArray<Double>
  ) throws -> DenseArray<Double> {
    let einsum = EinsumDense(
      inputLabels: Array(input.utf8), kernelLabels: Array(kernel.utf8), outputLabels: Array(output.utf8),
      ellipsis: .none, biasLabels: nil, activation: .linear)
    let kernel = DenseArray(shape: kernelShape, values: values)
    return try SingleLayer(.einsumDense(einsum), [(.kernel, kernel)]).result(of: array)
  }

  private func numbers(_ count: Int, seed: UInt64) -> [Double] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in generator.nextSigned() }
  }

  @Test func `A label in all three, as in a product for each head`() throws {
    let (a, b, c, d) = (2, 3, 4, 5)
    let (x, w) = (numbers(a * b * c, seed: 1), numbers(b * c * d, seed: 2))
    let result = try evaluate(
      "abc", "bcd", "abd", kernelShape: [b, c, d], values: w, DenseArray(shape: [a, b, c], values: x))
    #expect(result.shape == [a, b, d])
    for i in 0..<a {
      for j in 0..<b {
        for l in 0..<d {
          let sum = (0..<c).reduce(0.0) { $0 + x[(i * b + j) * c + $1] * w[(j * c + $1) * d + l] }
          #expect(abs(result.values[(i * b + j) * d + l] - sum) < 1e-14)
        }
      }
    }
  }

  @Test func `A label of the input alone is summed over`() throws {
    let (x, w) = (numbers(6, seed: 3), numbers(4, seed: 4))
    let result = try evaluate(
      "abc", "d", "ad", kernelShape: [4], values: w, DenseArray(shape: [1, 2, 3], values: x))
    let total = x.reduce(0, +)
    #expect(result.shape == [1, 4])
    for index in 0..<4 { #expect(abs(result.values[index] - total * w[index]) < 1e-14) }
  }

  @Test func `Sizes that do not fit are an error`() {
    #expect(throws: EvaluationError.self) {
      try evaluate(
        "ab", "bc", "ac", kernelShape: [3, 2], values: numbers(6, seed: 5),
        DenseArray(repeating: 0, shape: [2, 4]))
    }
  }
}

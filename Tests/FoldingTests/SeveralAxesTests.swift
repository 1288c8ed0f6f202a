import Folding
import Inference
import ModelGraph
import Tensor
import Testing

/// Batch normalization with statistics for each element of several axes, which Keras 2 has.
@Suite struct SeveralAxesTests {
  private let means = [0.5, -1, 2, 0.25, 3, -0.5]
  private let variances = [1, 0.5, 2, 4, 0.25, 1.5]

  private func model(axes: [Int], shape: Shape) -> ModelBuilder {
    var builder = ModelBuilder(seed: 1)
    let input = builder.input([2, 3])
    let operation = Operation.batchNormalization(
      BatchNormalization(axes: axes, epsilon: 0, centers: false, scales: false))
    var layer = Layer(name: "bn", className: "BatchNormalization", operation: operation)
    layer.variables = [
      builder.variable(.movingMean, shape, named: "bn", elementAt: { index, _ in means[index] }),
      builder.variable(.movingVariance, shape, named: "bn", elementAt: { index, _ in variances[index] }),
    ]
    builder.graph.outputs = [builder.add(layer, inputs: [input])]
    return builder
  }

  @Test func `Each element has statistics of its own, the same for every sample`() throws {
    let builder = model(axes: [1, -1], shape: [1, 2, 3])
    let values: [Double] = (0..<12).map { Double($0) / 4 }
    let input = DenseArray(shape: [2, 2, 3], values: values)
    let output = try GraphEvaluator<Double>(weights: builder.store).evaluate(builder.graph, inputs: [input])
    let expected = values.enumerated().map { index, value in
      (value - means[index % 6]) / variances[index % 6].squareRoot()
    }
    #expect(zip(output.outputs[0].values, expected).allSatisfy { abs($0 - $1) < 1e-14 })
  }

  @Test func `It stays, with its reason`() throws {
    #expect(
      try Harness.refusals(Harness.plan(model(axes: [1, 2], shape: [1, 2, 3]))) == ["bn": .axisMismatch])
  }

  @Test(arguments: [[0, 1], [1, 3], [1, 2, -3]])
  func `Axes that the input does not have are not run`(axes: [Int]) {
    let builder = model(axes: axes, shape: [1, 2, 3])
    let input = DenseArray(shape: [2, 2, 3], values: [Double](repeating: 1, count: 12))
    #expect(throws: EvaluationError.self) {
      try GraphEvaluator<Double>(weights: builder.store).evaluate(builder.graph, inputs: [input])
    }
  }
}

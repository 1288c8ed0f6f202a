import Elements
import Equivalence
import Folding
import Inference
import ModelGraph
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
      try Harness.refusals(Harness.plan(model(axes: [1, 2], shape: [1, 2, 3]))) == ["bn": .noProducer])
  }

  /// An einsum layer, then a batch normalization over some of its output axes.
  ///
  /// - Parameter axes: of the output `nacdb`, from the front.
  private func einsum(seed: UInt64, axes: [Int], bias: String?) -> ModelBuilder {
    var builder = ModelBuilder(seed: seed)
    let sizes: [Character: Int] = ["a": 2, "b": 3, "c": 4, "d": 1 + Int(seed % 4), "e": 3]
    let (kernel, output) = (["cebd", "becd", "dbce"][Int(seed % 3)], "nacdb")
    let labels = { (text: String) in Array(text.utf8) }
    let operation = EinsumDense(
      inputLabels: labels("nae"), kernelLabels: labels(kernel), outputLabels: labels(output),
      ellipsis: .none, biasLabels: bias.map(labels), activation: .linear)
    var shapes: [(Role, Shape)] = [(.kernel, kernel.map { sizes[$0] ?? 1 })]
    if let bias, let first = output.firstIndex(where: { bias.contains($0) }) {
      shapes.append((.bias, output[first...].map { bias.contains($0) ? sizes[$0] ?? 1 : 1 }))
    }
    let input = builder.input([2, 3])
    let layer = builder.add(builder.layer(.einsumDense(operation), "einsum", shapes), inputs: [input])
    let statistics = output.enumerated().map { place, label in
      axes.contains(place) ? sizes[label] ?? 1 : 1
    }
    var normalization = builder.batchNormalization("bn", channels: statistics.elementCount, axis: 1)
    normalization.operation = .batchNormalization(
      BatchNormalization(axes: axes, epsilon: 1e-3, centers: true, scales: true))
    for index in (normalization.variables ?? []).indices {
      normalization.variables?[index].shape = statistics
    }
    builder.graph.outputs = [
      builder.add(.activation(.tanh), "tanh", builder.add(normalization, inputs: [layer]))
    ]
    return builder
  }

  static let seeds: Range<UInt64> = 0..<24

  @Test(arguments: seeds)
  func `It folds into a kernel that has its axes, and is proven`(seed: UInt64) throws {
    let axes = [[2, 3], [2, 4], [4, 2], [3, 4, 2], [-1, 3], [2]][Int(seed % 6)]
    let builder = einsum(
      seed: seed, axes: axes.map { $0 < 0 ? $0 + 5 : $0 }, bias: [nil, "b", "cdb"][Int(seed % 3)])
    let plan = try Harness.plan(builder)
    #expect(Harness.refusals(plan).isEmpty, "seed \(seed)")
    #expect(try Harness.difference(builder, plan, seed: seed) < 1e-12, "seed \(seed)")
    let folded = Model(graph: plan.graph, weights: builder.store)
    #expect(try verdict(builder.model, folded) == .equal, "seed \(seed)")
    for role in [Role.kernel, .bias] {
      let damaged = try damaged(folded, role)
      #expect(try verdict(builder.model, damaged) == .different, "seed \(seed), \(role)")
    }
  }

  @Test(arguments: [[1, 2], [1, 2, 3, 4]])
  func `It stays where one of its axes is the input's`(axes: [Int]) throws {
    let builder = einsum(seed: 0, axes: axes, bias: nil)
    #expect(try Harness.refusals(Harness.plan(builder)) == ["bn": .axisMismatch])
  }

  @Test func `A bias that was not there must not vary along another axis`() throws {
    let builder = einsum(seed: 0, axes: [2], bias: nil)
    var folded = Model(graph: try Harness.plan(builder).graph, weights: builder.store)
    let number = try #require(folded.graph.layers.firstIndex { $0.name == "einsum" })
    let bias = try #require(folded.graph.layers[number].variable(.bias))
    let values: [Double] = try bias.elements(from: builder.store)
    for (change, expected) in [(0, Verdict.equal), (0.5, .different)] {
      // Over c, d and b, where it was over c.
      let spread = values.flatMap { [$0, $0, $0 + change] }
      folded.graph.layers[number].set(bias, shape: [4, 1, 3], values: spread)
      #expect(try verdict(builder.model, folded) == expected)
    }
  }

  private func verdict(_ original: Model, _ folded: Model) throws -> Verdict {
    try Harness.report(original, folded).verdict
  }

  /// The last element of a weight changed: of a new bias it is one along an axis that there was not before.
  private func damaged(_ model: Model, _ role: Role) throws -> Model {
    var result = model
    for (number, layer) in model.graph.layers.enumerated() {
      for (index, variable) in (layer.variables ?? []).enumerated() where variable.role == role {
        var values: [Double] = try variable.elements(from: model.weights)
        values[values.count - 1] += 0.5
        result.graph.layers[number].variables?[index].value = .computed(values)
      }
    }
    return result
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

extension Layer {
  /// Gives an einsum layer a bias over the axes c and b.
  fileprivate mutating func set(_ bias: Variable, shape: Shape, values: [Double]) {
    var bias = bias
    (bias.shape, bias.value) = (shape, .computed(values))
    variables = (variables ?? []).map { $0.role == .bias ? bias : $0 }
    guard case .einsumDense(var einsum) = operation else { return }
    einsum.biasLabels = Array("cb".utf8)
    operation = .einsumDense(einsum)
  }
}

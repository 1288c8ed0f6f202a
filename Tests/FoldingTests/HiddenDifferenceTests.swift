import Bytes
import Elements
import Equivalence
import ModelGraph
import Testing

/// Weights that are not the exact values and have no effect: the verdict is right, and the report says which were not compared.
@Suite struct HiddenDifferenceTests {
  /// Two dense layers, of which each channel of the first one is a row of the second one.
  private func chain(_ between: ModelGraph.Operation) -> ModelBuilder {
    var builder = ModelBuilder(seed: 3)
    let input = builder.input([2])
    let first = builder.add(dense("first", [2, 2], &builder), inputs: [input])
    let middle = builder.add(between, "middle", first)
    builder.graph.outputs = [builder.add(dense("second", [2, 3], &builder), inputs: [middle])]
    builder.set(.kernel, of: "first", to: [0, 1, 0, 2])
    builder.set(.bias, of: "first", to: [-0.25, 0.5])
    return builder
  }

  private func dense(_ name: ByteString, _ kernel: Shape, _ builder: inout ModelBuilder) -> Layer {
    builder.layer(
      .dense(Dense(units: kernel[1], usesBias: true, activation: .linear)), name,
      [(.kernel, kernel), (.bias, [kernel[1]])])
  }

  /// What is proven of a model and the same model with other weights.
  private func report(
    _ builder: ModelBuilder, _ change: (inout ModelBuilder) -> Void
  ) throws -> EquivalenceReport {
    var changed = builder
    change(&changed)
    return try Harness.report(builder.model, changed.model)
  }

  private static let relu = ModelGraph.Operation.activation(.relu(RectifiedLinear()))

  @Test func `A constant that a ReLU makes 0 in both models`() throws {
    let report = try report(chain(Self.relu)) { $0.set(.bias, of: "first", to: [-0.5, 0.5]) }
    #expect(report.verdict == .equal)
    #expect(report.hiddenDifferences == HiddenDifferences(count: 1, layers: ["first"]))
  }

  @Test func `A constant that a ReLU makes 0 in one model`() throws {
    let report = try report(chain(Self.relu)) { $0.set(.bias, of: "first", to: [0.5, 0.5]) }
    #expect(!report.passed && report.hiddenDifferences == .none)
  }

  @Test func `A channel that the next kernel multiplies by 0`() throws {
    var builder = chain(.identity)
    builder.set(.kernel, of: "second", to: [1, 2, 3, 0, 0, 0])
    let report = try report(builder) {
      $0.set(.kernel, of: "first", to: [0, 3, 0, 6])
      $0.set(.bias, of: "first", to: [-0.25, 7])
    }
    #expect(report.verdict == .equal)
    #expect(report.hiddenDifferences == HiddenDifferences(count: 1, layers: ["first"]))
  }

  /// The other channel is twice what it was, so that the rows of the next kernel are not compared one by one.
  @Test func `Elements of a kernel that multiply a constant 0`() throws {
    var builder = chain(.identity)
    builder.set(.bias, of: "first", to: [0, 0.5])
    builder.set(.kernel, of: "second", to: [1, 2, 3, 4, 6, 8])
    func report(_ row: [Double]) throws -> EquivalenceReport {
      try self.report(builder) {
        $0.set(.kernel, of: "first", to: [0, 2, 0, 4])
        $0.set(.bias, of: "first", to: [0, 1])
        $0.set(.kernel, of: "second", to: row + [2, 3, 4])
      }
    }
    let same = try report([1, 2, 3])
    #expect(same.verdict == .equal && same.hiddenDifferences == .none)
    let other = try report([1, 5, 3])
    #expect(other.verdict == .equal)
    #expect(other.hiddenDifferences == HiddenDifferences(count: 1, layers: ["second"]))
  }

  @Test(arguments: [Role.bias, .movingMean, .movingVariance])
  func `What a gamma of 0 multiplies`(role: Role) throws {
    var builder = ModelBuilder(seed: 4)
    let input = builder.input([2])
    let first = builder.add(dense("first", [2, 2], &builder), inputs: [input])
    builder.graph.outputs = [
      builder.add(builder.batchNormalization("bn", channels: 2), inputs: [first])
    ]
    builder.set(.bias, of: "first", to: [1, 2])
    builder.set(.gamma, of: "bn", to: [0, 1])
    builder.set(.movingMean, of: "bn", to: [1, 2])
    builder.set(.movingVariance, of: "bn", to: [1, 2])
    let layer: ByteString = role == .bias ? "first" : "bn"
    let hidden = try report(builder) { $0.set(role, of: layer, to: [4, 2]) }
    #expect(hidden.verdict == .equal)
    #expect(hidden.hiddenDifferences == HiddenDifferences(count: 1, layers: [layer]))
    let seen = try report(builder) { $0.set(role, of: layer, to: [1, 4]) }
    #expect(!seen.passed)
  }

  /// Two dense layers with two channels each that read the same and are merged.
  private func merged(_ merge: Merge) -> ModelBuilder {
    var builder = ModelBuilder(seed: 5)
    let input = builder.input([2])
    let inputs = [
      builder.add(dense("first", [2, 2], &builder), inputs: [input]),
      builder.add(dense("second", [2, 2], &builder), inputs: [input]),
    ]
    let layer = Layer(name: "merge", className: "Test", operation: .merge(merge))
    builder.graph.outputs = [builder.add(layer, inputs: inputs)]
    return builder
  }

  /// The other channel of both is twice what it was and halved after the merge, so that all channels are followed.
  @Test(arguments: [(Merge.maximum, -1.0), (.minimum, 1)])
  func `The constant that is not the largest or smallest`(merge: Merge, sign: Double) throws {
    var builder = merged(merge)
    builder.graph.outputs = [
      builder.add(dense("last", [2, 2], &builder), inputs: builder.graph.outputs)
    ]
    func set(_ other: Double, _ factor: Double, _ builder: inout ModelBuilder) {
      builder.set(.kernel, of: "first", to: [0, factor, 0, factor])
      builder.set(.kernel, of: "second", to: [0, -factor, 0, factor])
      builder.set(.bias, of: "first", to: [0.5 * sign, 0])
      builder.set(.bias, of: "second", to: [other, 0])
      builder.set(.kernel, of: "last", to: [1, 2, 3 / factor, 4 / factor])
    }
    set(sign, 1, &builder)
    let hidden = try report(builder) { set(2 * sign, 2, &$0) }
    #expect(hidden.verdict == .equal)
    #expect(hidden.hiddenDifferences == HiddenDifferences(count: 1, layers: ["second"]))
    let seen = try report(builder) { set(-2 * sign, 2, &$0) }
    #expect(!seen.passed)
  }

  @Test func `A factor of a product whose other factor is 0`() throws {
    var builder = merged(.multiply)
    builder.set(.kernel, of: "first", to: [0, 1, 0, 2])
    builder.set(.kernel, of: "second", to: [1, 3, 2, 4])
    for layer in ["first", "second"] as [ByteString] { builder.set(.bias, of: layer, to: [0, 0]) }
    let report = try report(builder) {
      $0.set(.kernel, of: "first", to: [0, 2, 0, 4])
      $0.set(.kernel, of: "second", to: [3, 1.5, 6, 2])
    }
    #expect(report.verdict == .equal)
    #expect(report.hiddenDifferences == HiddenDifferences(count: 1, layers: ["second"]))
  }

  @Test func `A layer that no output depends on`() throws {
    var builder = merged(.add)
    let input = builder.graph.inputs[0]
    _ = builder.add(dense("aside", [2, 5], &builder), inputs: [input])
    let report = try report(builder) { $0.set(.bias, of: "aside", to: [1, 2, 3, 4, 5]) }
    #expect(report.verdict == .equal && report.hiddenDifferences == .none)
    #expect(report.extent.weights == 12 && report.extent.unreadWeights == 15)
    #expect(report.unreadDifferences == ["aside"])
    let same = try self.report(builder) { _ in }
    #expect(same.verdict == .equal && same.unreadDifferences.isEmpty && same.extent.unreadWeights == 15)
  }

  @Test func `Layers that no output depends on may be gone, and are said where they were added`() throws {
    let short = merged(.add)
    var long = short
    let first = long.add(dense("aside", [2, 5], &long), inputs: [long.graph.inputs[0]])
    _ = long.add(Self.relu, "last", first)
    #expect(try Harness.report(long.model, short.model).unreadDifferences.isEmpty)
    let added = try Harness.report(short.model, long.model)
    #expect(added.verdict == .equal && added.unreadDifferences == ["aside", "last"])
  }

  @Test func `A batch normalization that no output depends on is folded like any other`() throws {
    var builder = merged(.add)
    let aside = builder.add(dense("aside", [2, 5], &builder), inputs: [builder.graph.inputs[0]])
    let last = builder.add(builder.batchNormalization("bn", channels: 5), inputs: [aside])
    let output = builder.graph.outputs
    builder.graph.outputs.append(last)
    let plan = try Harness.plan(builder, rules: .all)
    var (original, folded) = (builder.model, Model(graph: plan.graph, weights: builder.store))
    #expect(plan.graph.layers.count < builder.graph.layers.count)
    (original.graph.outputs, folded.graph.outputs) = (output, Array(folded.graph.outputs.prefix(1)))
    #expect(try Harness.report(original, folded).unreadDifferences.isEmpty)
    let index = try #require(folded.graph.layers.firstIndex { $0.name == "aside" })
    let place = try #require(folded.graph.layers[index].variables?.firstIndex { $0.role == .bias })
    folded.graph.layers[index].variables?[place].value = .computed([1, 2, 3, 4, 5])
    let damaged = try Harness.report(original, folded)
    #expect(damaged.verdict == .equal && damaged.unreadDifferences == ["aside"])
  }
}

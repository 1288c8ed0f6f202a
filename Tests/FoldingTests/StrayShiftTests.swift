import Elements
import Equivalence
import Folding
import ModelGraph
import Testing

/// A bias that is off by more than its rounding, before a layer whose own rounding is as large.
@Suite struct StrayShiftTests {
  /// A dense layer, a batch normalization, and a dense layer with many large weights.
  ///
  /// - Parameter gamma: of the batch normalization, for its first channel.
  private func model(_ seed: UInt64, gamma: Double) -> ModelBuilder {
    var builder = ModelBuilder(seed: seed)
    builder.elementType = .float32
    let input = builder.input([4])
    let first = builder.layer(
      .dense(Dense(units: 8, usesBias: true, activation: .linear)), "first",
      [(.kernel, [4, 8]), (.bias, [8])])
    let normalization = builder.batchNormalization("bn", channels: 8, axis: -1)
    let second = builder.layer(
      .dense(Dense(units: 2, usesBias: true, activation: .linear)), "second",
      [(.kernel, [8, 2]), (.bias, [2])])
    let tensor = builder.add(normalization, inputs: [builder.add(first, inputs: [input])])
    builder.graph.outputs = [builder.add(second, inputs: [tensor])]
    builder.set(.gamma, of: "bn", to: [gamma, 1.5, -0.75, 2, 1, 0.5, -1, 1.25])
    return builder
  }

  private func report(_ seed: UInt64, gamma: Double, offBy factor: Double) throws -> EquivalenceReport {
    let builder = model(seed, gamma: gamma)
    let plan = try Harness.plan(builder)
    #expect(Harness.refusals(plan).isEmpty)
    var folded = Model(graph: plan.graph, weights: builder.store)
    let index = try #require(folded.graph.layers.firstIndex { $0.name == "first" })
    let place = try #require(folded.graph.layers[index].variables?.firstIndex { $0.role == .bias })
    let bias = try #require(folded.graph.layers[index].variable(.bias))
    var elements: [Double] = try bias.elements(from: builder.store)
    elements = elements.map(ElementType.float32.rounded)
    let size = elements.map(abs).max() ?? 1
    elements[0] = ElementType.float32.rounded(elements[0] + factor * size)
    folded.graph.layers[index].variables?[place].value = .computed(elements)
    return try Harness.report(builder.model, folded)
  }

  @Test(arguments: [1.25, 0], 0..<8)
  func `It is found where the next layer would hide it`(gamma: Double, seed: UInt64) throws {
    #expect(try report(seed, gamma: gamma, offBy: 0).verdict == .equal)
    #expect(try report(seed, gamma: gamma, offBy: 0x1p-21).verdict != .equal)
    let found = try report(seed, gamma: gamma, offBy: 0x1p-12)
    #expect(found.verdict == .different)
    // A constant could be any number, as long as what reads it makes up for it.
    #expect(gamma == 0 || found.differences.first?.layer == "first")
  }
}

import Equivalence
import Folding
import ModelGraph
import Testing

/// A fold carries weights that are no numbers, and the check says so.
@Suite struct NonFiniteWeightTests {
  @Test(arguments: [(0.5, 0), (Double.nan, 1), (.infinity, 1)])
  func `A weight that is NaN or infinite is counted once`(element: Double, count: Int) throws {
    var builder = ModelBuilder(seed: 5)
    let input = builder.input([4, 4, 3])
    let convolution = builder.add(builder.convolution(inputs: 3, filters: 2), inputs: [input])
    let normalized = builder.add(builder.batchNormalization(channels: 2), inputs: [convolution])
    let active = builder.add(.activation(.tanh), "tanh", normalized)
    let last = builder.convolution("last", inputs: 2, filters: 1, kernel: [1, 1])
    // Called twice, and counted once.
    let first = builder.add(last, inputs: [active])
    let second = builder.call(builder.graph.layers.count - 1, inputs: [active])
    builder.graph.outputs = [first, second]
    builder.set(.kernel, of: "last", to: [1, element])
    let plan = try Harness.plan(builder)
    #expect(plan.ledger.folded.count == 1)
    let report = try Harness.report(builder.model, Model(graph: plan.graph, weights: builder.store))
    #expect(report.verdict == .equal)
    #expect(report.nonFiniteWeights.count == count)
    #expect(report.nonFiniteWeights.layers == (count == 0 ? [] : ["last"]))
  }

  /// The same NaN in both models is at no distance, and says nothing of what is beside it.
  @Test func `Outputs that are NaN in both models are counted`() throws {
    var builder = ModelBuilder(seed: 5)
    let input = builder.input([3])
    let dense = builder.layer(
      .dense(Dense(units: 2, usesBias: true, activation: .linear)), "dense",
      [(.kernel, [3, 2]), (.bias, [2])])
    builder.graph.outputs = [builder.add(dense, inputs: [input])]
    func counts() throws -> [(count: Int, isSaid: Bool)] {
      let report = try EquivalenceCheck(original: builder.model, folded: builder.model).report(
        inputs: .random(seed: 0))
      guard case .run(let outputs) = report.runs else { return [] }
      return outputs.map { ($0.nonFiniteCount, $0.description.contains("NaN or infinite in both")) }
    }
    #expect(try counts().allSatisfy { $0 == (0, false) })
    builder.set(.bias, of: "dense", to: [.nan, 1])
    let found = try counts()
    #expect(!found.isEmpty && found.allSatisfy { $0.count > 0 && $0.isSaid })
  }
}

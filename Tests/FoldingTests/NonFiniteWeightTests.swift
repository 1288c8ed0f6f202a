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
}

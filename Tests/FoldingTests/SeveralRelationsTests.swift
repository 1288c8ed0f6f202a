import Elements
import Equivalence
import Folding
import ModelGraph
import Testing

/// Scales and shifts along one axis and then along another, which are one for each element.
@Suite struct SeveralRelationsTests {
  /// Batch normalizations along the axes 2 and 3 of three, something between, and a dense layer after a flatten.
  private func model(_ seed: UInt64, permutes: Bool) throws -> ModelBuilder {
    var builder = ModelBuilder(seed: seed)
    builder.elementType = .float32
    var tensor = builder.input([3, 4, 2])
    tensor = builder.add(builder.batchNormalization("columns", channels: 4, axis: 2), inputs: [tensor])
    if permutes {
      tensor = builder.add(.transpose(Transposition(axes: [0, 3, 1, 2])), "permute", tensor)
    }
    let last = permutes ? 4 : 2
    tensor = builder.add(builder.batchNormalization("last", channels: last, axis: 3), inputs: [tensor])
    tensor = builder.add(.reshape(.sizes([.axis(0), .rest])), "flatten", tensor)
    let dense = builder.layer(
      .dense(Dense(units: 3, usesBias: true, activation: .linear)), "dense",
      [(.kernel, [24, 3]), (.bias, [3])])
    builder.graph.outputs = [builder.add(dense, inputs: [tensor])]
    return builder
  }

  @Test(arguments: [false, true], 0..<8)
  func `They fold into what reads them all, and are proven`(permutes: Bool, seed: UInt64) throws {
    let builder = try model(seed, permutes: permutes)
    let plan = try Harness.plan(builder, rules: .all)
    #expect(Harness.refusals(plan).isEmpty)
    let folded = Model(graph: plan.graph, weights: builder.store)
    #expect(try Harness.report(builder.model, folded).verdict == .equal)
  }

  @Test(arguments: 0..<8)
  func `An element that is off is found`(seed: UInt64) throws {
    let builder = try model(seed, permutes: false)
    var folded = Model(graph: try Harness.plan(builder, rules: .all).graph, weights: builder.store)
    let index = try #require(folded.graph.layers.firstIndex { $0.name == "dense" })
    let place = try #require(folded.graph.layers[index].variables?.firstIndex { $0.role == .kernel })
    let kernel = try #require(folded.graph.layers[index].variable(.kernel))
    var elements: [Double] = try kernel.elements(from: builder.store)
    // Some channels have a scale of 0.
    let element = try #require(elements.indices.dropFirst(Int(seed) * 7).first { elements[$0] != 0 })
    elements[element] *= 1 + 0x1p-12
    folded.graph.layers[index].variables?[place].value = .computed(elements)
    let report = try Harness.report(builder.model, folded)
    #expect(report.verdict == .different)
    #expect(report.differences.first?.layer == "dense")
  }
}

import Bytes
import Elements
import Folding
import KerasFormat
import ModelGraph
import Testing

/// Patterns that must be folded, beside those that `RandomLayerTests` covers.
@Suite struct FoldsTests {
  @Test func `A batch normalization that cannot go anywhere takes in the next one`() throws {
    for (centers, scales) in [(true, true), (false, true), (true, false), (false, false)] {
      var builder = ModelBuilder(seed: 20)
      let input = builder.input([5, 3])
      let first = builder.batchNormalization("bn1", channels: 3, centers: centers, scales: scales)
      let second = builder.batchNormalization("bn2", channels: 3, axis: 2)
      let place = builder.add(first, inputs: [input])
      builder.graph.outputs = [builder.add(second, inputs: [place])]
      let plan = try Harness.plan(builder)
      #expect(Harness.refusals(plan) == ["bn1": .noProducer])
      #expect(plan.ledger.folded.map(\.layer) == ["bn2"])
      #expect(try Harness.difference(builder, plan) < 1e-13)
    }
  }

  /// Weights of inner layers are saved side by side under the name of the outermost one.
  @Test func `Two biases that are added in one saved group have two names`() throws {
    var outer = ModelBuilder(seed: 24)
    var bodies: [Graph] = []
    for _ in 0..<2 {
      var inner = ModelBuilder(seed: 25)
      inner.store = outer.store
      let input = inner.input([6, 6, 4])
      let convolution = inner.convolution("x", inputs: 4, filters: 4, usesBias: false)
      let place = inner.add(convolution, inputs: [input])
      let normalization = inner.batchNormalization(channels: 4)
      inner.graph.outputs = [inner.add(normalization, inputs: [place])]
      outer.store = inner.store
      bodies.append(inner.graph)
    }
    var middle = ModelBuilder(seed: 26)
    var place = middle.input([6, 6, 4])
    for (index, body) in bodies.enumerated() {
      var nested = Layer(
        name: ByteString("part\(index)"), className: "Functional", operation: .model)
      nested.body = body
      place = middle.add(nested, inputs: [place])
    }
    middle.graph.outputs = [place]
    var all = Layer(name: "all", className: "Functional", operation: .model)
    all.body = middle.graph
    let input = outer.input([6, 6, 4])
    outer.graph.outputs = [outer.add(all, inputs: [input])]
    let plan = try Harness.plan(outer)
    #expect(plan.ledger.folded.count == 2)
    let names = plan.graph.layers.flatMap(\.weightNames)
    // The kernels had one name before already: that is the file's affair.
    #expect(names.sorted() == ["x/bias", "x/bias_1", "x/kernel"])
    #expect(try Harness.difference(outer, plan) < 1e-13)
  }

  @Test func `Both readers of the batch normalization read the layer afterwards`() throws {
    var builder = ModelBuilder(seed: 21)
    let input = builder.input([6, 6, 3])
    let convolution = builder.convolution(inputs: 3, filters: 4)
    let normalization = builder.batchNormalization(channels: 4)
    let place = builder.add(convolution, inputs: [input])
    let normalized = builder.add(normalization, inputs: [place])
    let relu = builder.add(.activation(.relu(RectifiedLinear())), "relu", normalized)
    let sum = Layer(name: "add", className: "Add", operation: .merge(.add))
    builder.graph.outputs = [builder.add(sum, inputs: [relu, normalized]), normalized]
    let plan = try Harness.plan(builder)
    #expect(plan.ledger.folded.count == 1)
    #expect(plan.graph.layers.map(\.name) == ["input0", "conv", "relu", "add"])
    #expect(try Harness.difference(builder, plan) < 1e-13)
  }

  @Test func `A mask that the batch normalization reads is no obstacle`() throws {
    var builder = ModelBuilder(seed: 22)
    let input = builder.input([6, 6, 3])
    let convolution = builder.convolution(inputs: 3, filters: 4)
    let normalization = builder.batchNormalization(channels: 4)
    let mask = builder.add(.opaque("a mask"), "mask", input)
    let place = builder.add(convolution, inputs: [input])
    let normalized = builder.add(normalization, inputs: [place])
    builder.graph.calls[normalized.call].controls = [mask]
    builder.graph.outputs = [normalized]
    let plan = try Harness.plan(builder)
    #expect(plan.ledger.folded.count == 1)
    #expect(try Harness.difference(builder, plan) < 1e-13)
  }

  @Test func `Matching leaves the model as it was`() throws {
    var builder = ModelBuilder(seed: 23)
    let input = builder.input([6, 6, 3])
    let convolution = builder.convolution(inputs: 3, filters: 4)
    let normalization = builder.batchNormalization(channels: 4)
    let place = builder.add(convolution, inputs: [input])
    builder.graph.outputs = [builder.add(normalization, inputs: [place])]
    let before = "\(builder.graph)"
    let model = builder.model
    _ = try FoldPlanner.plan(model, constraints: [BiasAddition.guessesTheAxis])
    #expect("\(model.graph)" == before)
  }

  @Test(arguments: [ElementType.float16, .float32, .float64])
  func `Weights are rounded once, from Double`(type: ElementType) throws {
    var builder = ModelBuilder(seed: 24)
    builder.elementType = type
    let input = builder.input([3])
    let dense = Dense(units: 2, usesBias: true, activation: .linear)
    let layer = builder.layer(.dense(dense), "dense", [(.kernel, [3, 2]), (.bias, [2])])
    let first = builder.batchNormalization("bn1", channels: 2)
    let second = builder.batchNormalization("bn2", channels: 2)
    let place = builder.add(layer, inputs: [input])
    let middle = builder.add(first, inputs: [place])
    builder.graph.outputs = [builder.add(second, inputs: [middle])]
    let plan = try Harness.plan(builder)
    func values(_ role: Role, _ layer: Int, _ graph: Graph) throws -> [Double] {
      try #require(graph.layers[layer].variable(role)).elements(from: builder.store)
    }
    let found = try values(.kernel, 1, plan.graph)
    let kernel = try values(.kernel, 1, builder.graph)
    var factors = [1.0, 1.0]
    for normalization in [2, 3] {
      let gamma = try values(.gamma, normalization, builder.graph)
      let variance = try values(.movingVariance, normalization, builder.graph)
      for channel in 0..<2 { factors[channel] *= gamma[channel] / (variance[channel] + 1e-3).squareRoot() }
    }
    #expect(found == kernel.indices.map { type.rounded(kernel[$0] * factors[$0 % 2]) })
  }
}

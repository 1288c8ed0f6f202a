import Bytes
import Elements
import Folding
import KerasFormat
import ModelGraph
import Testing

/// Patterns that must not be folded, each with the reason that the ledger gives.
@Suite struct LeavesAloneTests {
  /// Input -> convolution -> batch normalization, with something changed.
  private func pair(
    filters: Int = 4, activation: Activation = .linear, axis: Int = -1, shape: Shape = [6, 6, 3],
    change: (inout ModelBuilder) -> Void = { _ in }
  ) throws -> FoldPlan {
    var builder = ModelBuilder(seed: 7)
    let input = builder.input(shape)
    let convolution = builder.convolution(
      inputs: shape[shape.count - 1], filters: filters, activation: activation)
    let normalization = builder.batchNormalization(channels: filters, axis: axis)
    let place = builder.add(convolution, inputs: [input])
    builder.graph.outputs = [builder.add(normalization, inputs: [place])]
    change(&builder)
    let plan = try Harness.plan(builder)
    if plan.ledger.folded.isEmpty { #expect(plan.graph.layers.count == builder.graph.layers.count) }
    return plan
  }

  @Test func `The pair itself folds, so that each change below is the cause`() throws {
    #expect(try pair().ledger.folded.count == 1)
  }

  @Test(arguments: [Activation.relu(RectifiedLinear()), .tanh, .softmax(axes: [-1]), .other("custom")])
  func `An activation in the layer`(activation: Activation) throws {
    #expect(Harness.refusals(try pair(activation: activation)) == ["bn": .activation])
  }

  @Test(arguments: [1, 2, -2, -3])
  func `Another axis than the channels, with equal sizes`(axis: Int) throws {
    #expect(Harness.refusals(try pair(filters: 6, axis: axis, shape: [6, 6, 6])) == ["bn": .axisMismatch])
  }

  @Test func `Statistics of another number of channels`() throws {
    let plan = try pair { $0.graph.layers[2] = $0.batchNormalization(channels: 3) }
    #expect(Harness.refusals(plan) == ["bn": .statisticsShape])
  }

  @Test func `The training mode`() throws {
    #expect(Harness.refusals(try pair { $0.graph.calls[2].training = true }) == ["bn": .trainingMode])
  }

  @Test func `Unknown arguments of the batch normalization or of the layer`() throws {
    for call in [1, 2] {
      let plan = try pair { $0.graph.calls[call].hasUnknownArguments = true }
      #expect(Harness.refusals(plan) == ["bn": .opaqueLayer])
    }
  }

  @Test(arguments: [Role.gamma, .beta, .movingMean, .movingVariance], [Double.nan, .infinity])
  func `Statistics that are not finite`(role: Role, value: Double) throws {
    let plan = try pair { $0.set(role, of: "bn", to: [0.5, value, 0.5, 0.5]) }
    #expect(Harness.refusals(plan) == ["bn": .notFinite])
  }

  @Test(arguments: [(-1e-3, .runtimeDependent), (-1, .varianceNotPositive)] as [(Double, Refusal.Code)])
  func `variance + epsilon that is not positive`(variance: Double, code: Refusal.Code) throws {
    let plan = try pair { $0.set(.movingVariance, of: "bn", to: [1, 1, variance, 1]) }
    #expect(Harness.refusals(plan) == ["bn": code])
  }

  @Test func `A kernel that is not finite`() throws {
    let plan = try pair { builder in
      builder.set(.kernel, of: "conv", to: [.nan] + [Double](repeating: 1, count: 3 * 3 * 3 * 4 - 1))
    }
    #expect(Harness.refusals(plan) == ["bn": .notFinite])
  }

  @Test func `A folded weight that overflows its type`() throws {
    let plan = try pair { builder in
      builder.set(.gamma, of: "bn", to: [1, 10, 1, 1])
      builder.set(.movingVariance, of: "bn", to: [1, 1, 1, 1])
      builder.set(.kernel, of: "conv", to: [Double](repeating: 1e308, count: 3 * 3 * 3 * 4))
    }
    #expect(Harness.refusals(plan) == ["bn": .overflow])
  }

  @Test func `Different precision policies`() throws {
    let plan = try pair { $0.graph.layers[1].precision = "mixed_float16" }
    #expect(Harness.refusals(plan) == ["bn": .precisionPolicy])
  }

  @Test func `A type of weights that bnfold does not compute with`() throws {
    let plan = try pair { builder in
      for index in [0, 1] { builder.graph.layers[1].variables?[index].elementType = .other("bfloat16") }
    }
    #expect(Harness.refusals(plan) == ["bn": .elementType])
  }

  @Test func `Another reader of the layer's output`() throws {
    let plan = try pair { builder in
      let other = builder.add(.activation(.tanh), "tanh", TensorReference(call: 1))
      builder.graph.outputs.append(other)
    }
    #expect(Harness.refusals(plan) == ["bn": .sharedOutput])
  }

  @Test func `The layer's output as an output of the model`() throws {
    let plan = try pair { $0.graph.outputs.append(TensorReference(call: 1)) }
    #expect(Harness.refusals(plan) == ["bn": .modelOutput])
  }

  @Test func `A layer that is called twice`() throws {
    let plan = try pair(shape: [6, 6, 4]) { builder in
      let again = builder.call(1, inputs: [TensorReference(call: 0)])
      builder.graph.outputs.append(again)
    }
    #expect(Harness.refusals(plan) == ["bn": .sharedLayer])
  }

  @Test func `A batch normalization that is called twice`() throws {
    let plan = try pair { builder in
      let again = builder.call(2, inputs: [TensorReference(call: 2)])
      builder.graph.outputs = [again]
    }
    #expect(Harness.refusals(plan) == ["bn": .sharedLayer])
  }

  @Test(arguments: [
    Operation.pooling(
      Pooling(
        reduction: .maximum, poolSize: [2, 2], strides: [2, 2], padding: .none(rank: 2),
        dataFormat: .channelsLast)),
    .zeroPadding(
      amounts: [EdgeAmounts(before: 1, after: 1), EdgeAmounts(before: 1, after: 1)], dataFormat: .channelsLast
    ),
  ])
  func `A layer in between that is more than the identity`(operation: Operation) throws {
    var builder = ModelBuilder(seed: 8)
    let input = builder.input([6, 6, 3])
    let convolution = builder.convolution(inputs: 3, filters: 4)
    let normalization = builder.batchNormalization(channels: 4)
    let place = builder.add(convolution, inputs: [input])
    let between = builder.add(operation, "between", place)
    builder.graph.outputs = [builder.add(normalization, inputs: [between])]
    #expect(Harness.refusals(try Harness.plan(builder)) == ["bn": .noProducer])
  }

  @Test func `A leaky ReLU in between, since the scales have both signs`() throws {
    var builder = ModelBuilder(seed: 8)
    let input = builder.input([6, 6, 3])
    let convolution = builder.convolution(inputs: 3, filters: 4)
    let normalization = builder.batchNormalization(channels: 4)
    let place = builder.add(convolution, inputs: [input])
    let between = builder.add(.activation(.relu(RectifiedLinear(negativeSlope: 0.2))), "leaky", place)
    builder.graph.outputs = [builder.add(normalization, inputs: [between])]
    #expect(Harness.refusals(try Harness.plan(builder)) == ["bn": .activation])
  }

  @Test func `A sum of two convolutions, whose shift must not come twice`() throws {
    var builder = ModelBuilder(seed: 8)
    let input = builder.input([6, 6, 3])
    let branches = ["left", "right"].map { (name: ByteString) in
      let convolution = builder.convolution(name, inputs: 3, filters: 4)
      return builder.add(convolution, inputs: [input])
    }
    let sum = builder.add(
      Layer(name: "add", className: "Add", operation: .merge(.add)), inputs: branches)
    let normalization = builder.batchNormalization(channels: 4)
    builder.graph.outputs = [builder.add(normalization, inputs: [sum])]
    #expect(Harness.refusals(try Harness.plan(builder)) == ["bn": .noProducer])
  }

  @Test func `A convolution behind it, whose zero padding is not shifted`() throws {
    var builder = ModelBuilder(seed: 8)
    let input = builder.input([6, 6, 3])
    let normalization = builder.batchNormalization(channels: 3)
    let convolution = builder.convolution(inputs: 3, filters: 4, padding: .same)
    let place = builder.add(normalization, inputs: [input])
    builder.graph.outputs = [builder.add(convolution, inputs: [place])]
    #expect(Harness.refusals(try Harness.plan(builder)) == ["bn": .noProducer])
  }

  @Test func `A dropout that is called in training mode`() throws {
    var builder = ModelBuilder(seed: 9)
    let input = builder.input([6, 6, 3])
    let convolution = builder.convolution(inputs: 3, filters: 4)
    let normalization = builder.batchNormalization(channels: 4)
    let place = builder.add(convolution, inputs: [input])
    let dropout = builder.add(.identity, "dropout", place)
    builder.graph.calls[dropout.call].training = true
    builder.graph.outputs = [builder.add(normalization, inputs: [dropout])]
    #expect(Harness.refusals(try Harness.plan(builder)) == ["bn": .noProducer])
  }

  @Test func `A model inside the model that is called in training mode`() throws {
    var inner = ModelBuilder(seed: 10)
    let input = inner.input([6, 6, 3])
    let convolution = inner.convolution(inputs: 3, filters: 4)
    let normalization = inner.batchNormalization(channels: 4)
    let place = inner.add(convolution, inputs: [input])
    inner.graph.outputs = [inner.add(normalization, inputs: [place])]
    var outer = ModelBuilder.around(inner, input: [6, 6, 3])
    #expect(Harness.refusals(try Harness.plan(outer)).isEmpty)
    outer.graph.calls[1].training = true
    #expect(Harness.refusals(try Harness.plan(outer)) == ["nested/bn": .trainingMode])
  }

  @Test func `A graph with code of its own`() throws {
    #expect(Harness.refusals(try pair { $0.graph.obstacle = "custom" }) == ["bn": .opaqueLayer])
  }

  @Test func `A first bias that Keras 3 would add along the wrong axis, in a file of Keras 2`() throws {
    for (width, isRefused) in [(4, true), (5, false)] {
      var builder = ModelBuilder(seed: 12)
      let input = builder.input([3, 6, width])
      let convolution = builder.convolution(
        inputs: 3, filters: 4, usesBias: false, dataFormat: .channelsFirst)
      let normalization = builder.batchNormalization(channels: 4, axis: 1)
      let place = builder.add(convolution, inputs: [input])
      builder.graph.outputs = [builder.add(normalization, inputs: [place])]
      let plan = try Harness.plan(builder, constraints: [BiasAddition.exactUnlessInKeras3])
      #expect(Harness.refusals(plan) == (isRefused ? ["bn": .biasAxis] : [:]))
    }
  }

  @Test func `A model called on two sizes, one of which Keras 3 would confuse`() throws {
    var inner = ModelBuilder(seed: 10)
    let input = inner.input([3, 6, 5])
    inner.graph.layers[0].operation = .input(shape: [nil, 3, nil, nil], elementType: "float32")
    let convolution = inner.convolution(inputs: 3, filters: 4, usesBias: false, dataFormat: .channelsFirst)
    let normalization = inner.batchNormalization(channels: 4, axis: 1)
    let place = inner.add(convolution, inputs: [input])
    inner.graph.outputs = [inner.add(normalization, inputs: [place])]
    var outer = ModelBuilder.around(inner, input: [3, 6, 5])
    #expect(Harness.refusals(try Harness.plan(outer, constraints: [BiasAddition.guessesTheAxis])).isEmpty)
    let second = outer.input([3, 6, 4])
    outer.graph.outputs.append(outer.call(1, inputs: [second]))
    let plan = try Harness.plan(outer, constraints: [BiasAddition.guessesTheAxis])
    #expect(Harness.refusals(plan) == ["nested/bn": .biasAxis])
  }

  @Test func `A bias that Keras 3 would add along the wrong axis`() throws {
    for (width, isRefused) in [(4, true), (5, false)] {
      var builder = ModelBuilder(seed: 12)
      let input = builder.input([3, 6, width])
      let convolution = builder.convolution(inputs: 3, filters: 4, dataFormat: .channelsFirst)
      let normalization = builder.batchNormalization(channels: 4, axis: 1)
      let place = builder.add(convolution, inputs: [input])
      builder.graph.outputs = [builder.add(normalization, inputs: [place])]
      #expect(Harness.refusals(try Harness.plan(builder)).isEmpty)
      #expect(
        Harness.refusals(try Harness.plan(builder, constraints: [BiasAddition.exactUnlessInKeras3])).isEmpty)
      let plan = try Harness.plan(builder, constraints: [BiasAddition.guessesTheAxis])
      #expect(Harness.refusals(plan) == (isRefused ? ["bn": .biasAxis] : [:]))
    }
  }
}

import Bytes
import Elements
import Inference
import ModelGraph
import Testing

/// Property: whatever order a run keeps its tensors in, every layer sees and gives what it does alone.
@Suite struct ChannelsFirstTests {
  private static let seeds = 0..<150

  @Test(arguments: seeds)
  func `A graph gives what its layers give one after the other`(seed: Int) throws {
    let random = ChannelsFirstGraph(seed: UInt64(seed))
    let evaluator = GraphEvaluator<Double>(weights: random.store)
    var alone: [Int: DenseArray<Double>] = [:]
    for (reference, input) in zip(random.graph.inputs, random.inputs) { alone[reference.call] = input }
    for (index, call) in random.graph.calls.enumerated() where alone[index] == nil {
      let inputs = call.inputs.compactMap { alone[$0.call] }
      alone[index] = try evaluator.evaluate(random.graph.layers[call.layer], inputs).outputs[0]
    }
    let together = try evaluator.evaluate(random.graph, inputs: random.inputs)
    for (output, found) in zip(random.graph.outputs, together.outputs) {
      try expectSame(found, #require(alone[output.call]), "seed \(seed), call \(output.call)")
    }
    // What goes into a last activation has the order of the tensor, too.
    for (output, before) in zip(together.outputs, together.beforeActivation) {
      if let before { #expect(before.shape == output.shape, "seed \(seed)") }
    }
    var seen = 0
    let observer = LayerObserver<Double> { name, found in
      guard let index = random.graph.layers.firstIndex(where: { $0.name == name }) else { return }
      seen += 1
      if let expected = alone[index] { expectSame(found.numbers, expected, "seed \(seed), \(name)") }
    }
    _ = try evaluator.evaluate(random.graph, inputs: random.inputs, observer: observer)
    #expect(seen > 0)
    let threads = try GraphEvaluator<Double>(weights: random.store, sharing: WorkSharing(threads: 2))
      .evaluate(random.graph, inputs: random.inputs)
    #expect(threads.outputs.map(\.values) == together.outputs.map(\.values), "seed \(seed)")
  }

  private func expectSame(
    _ found: DenseArray<Double>, _ expected: DenseArray<Double>, _ place: Comment
  ) {
    #expect(found.shape == expected.shape, place)
    guard found.shape == expected.shape else { return }
    let scale = expected.values.reduce(1) { max($0, abs($1)) }
    let distance = zip(found.values, expected.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
    #expect(distance < 1e-12 * scale, place)
  }

  /// Steps that are made with the layer before them are made with it in either order.
  @Test func `A block has the same bits with channels first as with channels last`() throws {
    var generator = SeededGenerator(seed: 7)
    let kernel = DenseArray<Double>.random([3, 3, 8, 8], &generator)
    let statistics = DenseArray<Double>(shape: [8], values: (1...8).map { Double($0) / 4 })
    let input = DenseArray<Double>.random([2, 8, 9, 7], &generator)
    func block(_ format: DataFormat, _ input: DenseArray<Double>) throws -> DenseArray<Double> {
      var graph = Graph(name: "block", isSequential: false)
      let convolution = Convolution(
        kind: .regular(groups: 1), kernelSize: [3, 3], strides: [1, 1], dilation: [1, 1], padding: .same,
        dataFormat: format, filters: 8, usesBias: false, activation: .linear)
      let normalization = BatchNormalization(
        axes: [format.channelAxis(rank: 4)], epsilon: 1e-3, centers: false, scales: false)
      graph.layers = [
        SingleLayer(.input(shape: nil, elementType: "float32")).layer,
        SingleLayer(.convolution(convolution), [(.kernel, kernel)]).layer,
        SingleLayer(
          .batchNormalization(normalization),
          [(.movingMean, statistics), (.movingVariance, statistics)], firstWeight: 1
        ).layer,
        SingleLayer(.activation(.sigmoid)).layer, SingleLayer(.merge(.add)).layer,
      ]
      graph.calls = [[], [0], [1], [2], [3, 0]].enumerated().map { number, inputs in
        Call(layer: number, number: 0, inputs: inputs.map { TensorReference(call: $0) })
      }
      graph.inputs = [TensorReference(call: 0)]
      graph.outputs = [TensorReference(call: 4)]
      let store = ArrayStore(arrays: [kernel.values, statistics.values, statistics.values])
      return try GraphEvaluator(weights: store).evaluate(graph, inputs: [input]).outputs[0]
    }
    func transposed(_ array: DenseArray<Double>, _ axes: [Int]) throws -> DenseArray<Double> {
      try SingleLayer(.transpose(Transposition(axes: axes))).result(of: array)
    }
    let last = try block(.channelsLast, transposed(input, ChannelOrders.last(4)))
    let first = try block(.channelsFirst, input)
    #expect(first.shape == [2, 8, 9, 7])
    #expect(try transposed(last, ChannelOrders.first(4)).values == first.values)
  }
}

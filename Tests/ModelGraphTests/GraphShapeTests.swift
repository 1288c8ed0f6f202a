import Bytes
import Elements
import ModelGraph
import Testing

/// Shapes of a whole graph: how they go from call to call, into models and out of them.
@Suite struct GraphShapeTests {
  private func shape(of call: Int, in chain: GraphChain, inputs: [PartialShape?] = []) -> PartialShape? {
    ShapeInference(of: chain.graph, inputs: inputs).shapes[TensorReference(call: call)]
  }

  private var convolutions: GraphChain {
    var chain = GraphChain(input: [nil, 8, 8, 1])
    chain.add(.convolution([3, 3]))
    chain.add(.pooling([2, 2]))
    chain.add(.reshape(.flatten))
    return chain
  }

  @Test func `Each call goes on from what the one before gives`() {
    #expect(shape(of: 1, in: convolutions) == [nil, 6, 6, 3])
    #expect(shape(of: 2, in: convolutions) == [nil, 3, 3, 3])
    #expect(shape(of: 3, in: convolutions) == [nil, 27])
  }

  @Test func `A shape from outside replaces that of the input`() {
    #expect(shape(of: 3, in: convolutions, inputs: [[5, 10, 10, 1]]) == [5, 48])
    #expect(shape(of: 3, in: convolutions, inputs: [nil]) == [nil, 27])
  }

  @Test func `Of an input without a shape only what follows from layers is known`() {
    var chain = GraphChain(input: nil)
    chain.add(.dense(3))
    #expect(ShapeInference(of: chain.graph).shapes.isEmpty)
  }

  @Test func `A recorded shape serves where none can be derived, and only there`() {
    var chain = GraphChain(input: [nil, 4])
    chain.add(.carried(nil))
    chain.add(.dense(3))
    #expect(shape(of: 2, in: chain) == nil)
    chain.record([nil, 5, 6], of: TensorReference(call: 1))
    chain.record([nil, 9], of: TensorReference(call: 2))
    #expect(shape(of: 1, in: chain) == [nil, 5, 6])
    #expect(shape(of: 2, in: chain) == [nil, 5, 3])
  }

  @Test func `A model inside the model is called with the shape around it`() {
    var outer = GraphChain(input: [nil, 12, 12, 1])
    outer.add(.model(convolutions.graph))
    outer.add(.dense(2))
    let inference = ShapeInference(of: outer.graph)
    // (12 - 2) / 2 = 5, and 5 * 5 * 3.
    #expect(inference.shapes[TensorReference(call: 1)] == [nil, 75])
    #expect(inference.shapes[TensorReference(call: 2)] == [nil, 2])
    #expect(inference.inner[1]?.shapes[TensorReference(call: 2)] == [nil, 5, 5, 3])
  }

  @Test func `Of several calls of a model there is left what they have in common`() {
    var outer = GraphChain(input: [nil, 12, 8, 1])
    outer.add(.model(convolutions.graph))
    outer.add(
      .zeroPadding(
        amounts: [EdgeAmounts(before: 1, after: 1), EdgeAmounts(before: 0, after: 0)],
        dataFormat: .channelsLast))
    outer.graph.calls[2].inputs = [TensorReference(call: 0)]
    outer.call(1)
    let inference = ShapeInference(of: outer.graph)
    #expect(inference.shapes[TensorReference(call: 1)] == [nil, 45])
    #expect(inference.shapes[TensorReference(call: 3)] == [nil, 54])
    #expect(inference.inner[1]?.shapes[TensorReference(call: 1)] == [nil, nil, 6, 3])
  }

  @Test func `A call whose arguments are not understood gives a model its declared shape`() {
    var outer = GraphChain(input: [nil, 12, 12, 1])
    outer.add(.model(convolutions.graph))
    outer.graph.calls[1].hasUnknownArguments = true
    #expect(shape(of: 1, in: outer) == [nil, 27])
  }

  /// Source: keras/src/layers/rnn/time_distributed.py `compute_output_shape`.
  @Test func `A time-distributed layer sees its input without the steps, and gives them back`() {
    var chain = GraphChain(input: [nil, 5, 8, 8, 1])
    chain.add(.timeDistributed(Layer(name: "a", className: "Conv2D", operation: .convolution([3, 3]))))
    #expect(shape(of: 1, in: chain) == [nil, 5, 6, 6, 3])
    #expect(chain.graph.inputShape(ofLayer: 1, shapes: ShapeInference(of: chain.graph)) == [nil, 8, 8, 1])
  }

  @Test func `So does a time-distributed model`() {
    var chain = GraphChain(input: [2, nil, 8, 8, 1])
    chain.add(.timeDistributed(.model(convolutions.graph)))
    #expect(shape(of: 1, in: chain) == [2, nil, 27])
  }

  @Test func `A time-distributed layer needs steps of something`() {
    var chain = GraphChain(input: [nil, 5])
    chain.add(.timeDistributed(Layer(name: "a", className: "Dense", operation: .dense(3))))
    #expect(shape(of: 1, in: chain) == nil)
  }

  @Test(
    arguments: [
      (.sameAsInput, [nil, 5, 6], [nil, 5, 6]),
      (.axes([7, nil]), [nil, 1], [nil, 7, nil]), (.axes([7]), [nil, 1, 1], nil),
      (.sequence(units: 7, returnsSequences: true), [2, 5, 6], [2, 5, 7]),
      (.sequence(units: 7, returnsSequences: false), [2, 5, 6], [2, 7]),
      (.sequence(units: 7, returnsSequences: false), [2, 6], nil),
      // Source: keras/src/layers/preprocessing/index_lookup.py `compute_output_shape`.
      (.encoded(tokens: 9, isOneHot: false), [nil, 5], [nil, 9]),
      (.encoded(tokens: 9, isOneHot: true), [nil, 1], [nil, 9]),
      (.encoded(tokens: 9, isOneHot: true), [nil, 5], [nil, 5, 9]),
      (.encoded(tokens: 9, isOneHot: true), [nil, nil], nil),
      (.of(.dense(3)), [nil, 5], [nil, 3]),
    ] as [(CarriedShape, PartialShape, PartialShape?)])
  func `A layer that is carried may say its shape`(
    carried: CarriedShape, input: PartialShape, output: PartialShape?
  ) {
    var chain = GraphChain(input: input)
    chain.add(.carried(carried))
    #expect(shape(of: 1, in: chain) == output)
  }
}

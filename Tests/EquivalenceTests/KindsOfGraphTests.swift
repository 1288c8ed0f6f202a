import Bytes
import Elements
import Equivalence
import ModelGraph
import Testing

/// What layers and operators have alike by name, and compute in different ways.
@Suite struct KindsOfGraphTests {
  private struct NoWeights: WeightStore {
    func bytes(ofWeight number: Int, elements: Range<Int>) throws -> [UInt8] { [] }
  }

  /// A graph with one call that reads all inputs.
  fileprivate func model(
    _ shapes: [PartialShape], _ operation: ModelGraph.Operation, isOfOperators: Bool,
    _ change: (inout Graph) -> Void = { _ in }
  ) -> Model {
    var graph = Graph(name: "graph", isSequential: false)
    graph.isOperatorGraph = isOfOperators
    for (number, shape) in shapes.enumerated() {
      graph.layers.append(
        Layer(
          name: ByteString("input_\(number)"), className: "Input",
          operation: .input(shape: shape, elementType: "float32")))
      graph.calls.append(Call(layer: number, number: 0, inputs: []))
      graph.inputs.append(TensorReference(call: number))
    }
    graph.layers.append(Layer(name: "output", className: "Output", operation: operation))
    graph.calls.append(Call(layer: shapes.count, number: 0, inputs: graph.inputs))
    graph.outputs = [TensorReference(call: shapes.count)]
    change(&graph)
    return Model(graph: graph, weights: NoWeights())
  }

  fileprivate func verdict(_ original: Model, _ other: Model, runs: Bool = false) throws -> Verdict {
    try EquivalenceCheck(original: original, folded: other).report(inputs: .random(seed: 0), runs: runs)
      .verdict
  }

  private let sum = ModelGraph.Operation.function(.combination(.add, .tensor(0), .tensor(1)))

  @Test func `The axes of a smaller input come after the batch in a layer, and last in an operator`() throws {
    let shapes: [PartialShape] = [[nil, 4, 4], [nil, 4]]
    let layer = model(shapes, .merge(.add), isOfOperators: false)
    #expect(try verdict(layer, model(shapes, sum, isOfOperators: true), runs: true) == .different)
    let same: [PartialShape] = [[nil, 4, 4], [nil, 1, 4]]
    #expect(
      try verdict(
        model(same, .merge(.add), isOfOperators: false), model(same, sum, isOfOperators: true)) == .equal)
  }

  @Test func `A sum of tensors whose ranks are not known is not proven`() throws {
    func open(_ operation: ModelGraph.Operation, isOfOperators: Bool) -> Model {
      model([[nil, 4], [nil, 4]], operation, isOfOperators: isOfOperators) { graph in
        for layer in 0..<2 { graph.layers[layer].operation = .input(shape: nil, elementType: "float32") }
      }
    }
    #expect(
      try verdict(open(.merge(.add), isOfOperators: false), open(sum, isOfOperators: true)) == .notProven)
  }

  @Test func `A layer that is called in training does something`() throws {
    let shapes: [PartialShape] = [[nil, 4]]
    let silent = model(shapes, .activation(.linear), isOfOperators: true)
    let dropout = model(shapes, .identity, isOfOperators: false)
    #expect(try verdict(dropout, silent) == .equal)
    let training = model(shapes, .identity, isOfOperators: false) { $0.calls[1].training = true }
    #expect(try !verdict(training, silent).isEqual)
    #expect(try !verdict(silent, training).isEqual)
  }

  @Test func `Layers that compute in another type than their tensors are not proven`() throws {
    let shapes: [PartialShape] = [[nil, 4]]
    let mixed = model(shapes, .activation(.sigmoid), isOfOperators: false) {
      $0.layers[1].precision = "mixed_float16"
    }
    let plain = model(shapes, .activation(.sigmoid), isOfOperators: true)
    #expect(try verdict(model(shapes, .activation(.sigmoid), isOfOperators: false), plain) == .equal)
    #expect(try verdict(mixed, plain) == .notProven)
  }

  @Test(arguments: [
    (
      ModelGraph.Operation.activation(.relu(RectifiedLinear(maxValue: 6))),
      ModelGraph.Operation.function(.elementwise(.clip(0...6)))
    ),
    (.merge(.average), .tensor(TensorOperation(.mean, operands: [.tensor(0), .tensor(1)]))),
    (
      .merge(.concatenate(axis: -1)),
      .tensor(TensorOperation(.concatenate(axis: 1), operands: [.tensor(0), .tensor(1)]))
    ),
    (
      .cropping(amounts: [EdgeAmounts(before: 1, after: 2)], dataFormat: .channelsLast),
      .function(.selection([.range(start: nil, stop: nil, step: 1), .range(start: 1, stop: 6, step: 1)]))
    ),
    (
      .globalPooling(
        GlobalPooling(reduction: .average, rank: 1, keepsAxes: false, dataFormat: .channelsLast)),
      .function(.reduction(.mean, axes: [1], keepsAxes: false))
    ),
  ])
  func `Other words for the same are one`(layer: ModelGraph.Operation, other: ModelGraph.Operation) throws {
    let isMerge = if case .merge = layer { true } else { false }
    let shapes: [PartialShape] = isMerge ? [[nil, 4], [nil, 4]] : [[nil, 8, 3]]
    let models = (model(shapes, layer, isOfOperators: false), model(shapes, other, isOfOperators: true))
    #expect(try verdict(models.0, models.1) == .equal)
    #expect(try verdict(models.1, models.0) == .equal)
  }
}

/// Calls of one layer that are not alike, and layers with several results.
extension KindsOfGraphTests {
  @Test func `A shared layer has the axis of each of its calls`() throws {
    func models(_ axes: [Int]) -> (layers: Model, operators: Model) {
      let shapes: [PartialShape] = [[nil, 4], [nil, 4, 5]]
      func model(_ axes: [Int], isShared: Bool, isOfOperators: Bool) -> Model {
        self.model(
          shapes, .activation(.softmax(axes: [axes[0]])), isOfOperators: isOfOperators
        ) { graph in
          graph.calls[2].inputs = [graph.inputs[0]]
          if !isShared {
            graph.layers.append(
              Layer(name: "second", className: "Output", operation: .activation(.softmax(axes: [axes[1]]))))
          }
          graph.calls.append(
            Call(layer: isShared ? 2 : 3, number: isShared ? 1 : 0, inputs: [graph.inputs[1]]))
          graph.outputs = [TensorReference(call: 2), TensorReference(call: 3)]
        }
      }
      return (
        model([-1, -1], isShared: true, isOfOperators: false),
        model(axes, isShared: false, isOfOperators: true)
      )
    }
    let right = models([1, 2])
    #expect(try verdict(right.layers, right.operators) == .equal)
    let wrong = models([1, 1])
    #expect(try !verdict(wrong.layers, wrong.operators).isEqual)
  }

  @Test func `Each result of a layer that is carried is its own`() throws {
    func carried(_ output: Int, isOfOperators: Bool) -> Model {
      model([[nil, 4]], .opaque("nobody knows it"), isOfOperators: isOfOperators) {
        $0.outputs = [TensorReference(call: 1, output: output)]
      }
    }
    #expect(try verdict(carried(1, isOfOperators: false), carried(1, isOfOperators: true)) == .equal)
    #expect(try !verdict(carried(1, isOfOperators: false), carried(0, isOfOperators: true)).isEqual)
  }
}

import Elements
import ModelGraph

/// What is around each call of a graph: readers, numbers of calls, shapes.
struct Surroundings {
  let graph: Graph
  let shapes: ShapeInference
  /// How often each layer is called.
  let callCounts: [Int]
  private let readers: [[Int]]
  private let isOutput: Set<Int>

  init(_ graph: Graph, shapes: ShapeInference) {
    self.graph = graph
    self.shapes = shapes
    callCounts = graph.callCounts
    readers = graph.readers()
    isOutput = Set(graph.outputs.map(\.call))
  }

  /// The call whose result a batch normalization scales, through layers that do nothing at inference.
  ///
  /// Layers that have been folded already are passed by: their effect is in the layer before them.
  ///
  /// - Returns: the call, and the layers in between.
  /// - Throws: `Refusal` if something else needs the result as it is.
  func producer(of index: Int, removed: Set<Int>) throws(Refusal) -> (call: Int, across: [Int]) {
    var across: [Int] = []
    var current = index
    while true {
      guard let input = graph.calls[current].inputs.first, graph.calls[current].inputs.count == 1 else {
        throw Refusal(.noProducer, "it has not exactly one input")
      }
      let call = graph.calls[input.call]
      let layer = graph.layers[call.layer]
      if canBeChanged(layer) { try requireSoleReader(of: input.call, layer) }
      let isFolded = removed.contains(call.layer)
      guard isFolded || isIdentity(call, layer) else { return (input.call, across) }
      if !isFolded { across.insert(call.layer, at: 0) }
      current = input.call
    }
  }

  /// Readers of other layers do not matter: what stands before them is not folded into anyway.
  private func canBeChanged(_ layer: Layer) -> Bool {
    if case .identity = layer.core.operation { return true }
    return layer.core.hasFoldableWeights
  }

  private func requireSoleReader(of call: Int, _ layer: Layer) throws(Refusal) {
    if isOutput.contains(call) {
      throw Refusal(.modelOutput, "the output of \(layer.name) is also an output of the model")
    }
    guard readers[call].count == 1 else {
      throw Refusal(.sharedOutput, "the output of \(layer.name) is read \(readers[call].count) times")
    }
  }

  private func isIdentity(_ call: Call, _ layer: Layer) -> Bool {
    guard case .identity = layer.core.operation else { return false }
    return call.training != true && !call.hasUnknownArguments && call.inputs.count == 1
  }
}

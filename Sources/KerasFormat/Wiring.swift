import Bytes
import ModelGraph

/// Resolves references between the calls of a functional model.
struct Wiring {
  typealias Written = [(layer: Int, number: Int, call: WrittenCall)]

  let generation: KerasGeneration
  let layers: [Layer]
  let indexByName: [ByteString: Int]
  /// Indices of the written calls of each layer.
  private let callsOfLayer: [[Int]]

  init(generation: KerasGeneration, layers: [Layer], indexByName: [ByteString: Int], written: Written) {
    self.generation = generation
    self.layers = layers
    self.indexByName = indexByName
    var calls = [[Int]](repeating: [], count: layers.count)
    for (index, entry) in written.enumerated() { calls[entry.layer].append(index) }
    callsOfLayer = calls
  }

  /// The index that a layer's first call has in references.
  ///
  /// A model is born with a call of its own, which Keras 2 counts always, and Keras 3 only for functional models
  /// and only in `output_layers`.
  static func firstNodeIndex(
    of layer: Layer, isOutput: Bool, generation: KerasGeneration
  ) -> Int {
    guard case .model = layer.operation, let body = layer.body else { return 0 }
    if generation < .keras3 { return 1 }
    return isOutput && !body.isSequential ? 1 : 0
  }

  /// The written call that a reference means.
  func resolve(
    _ reference: ReferenceSource, isOutput: Bool = false
  ) throws(ArchitectureError) -> Int {
    guard let layer = indexByName[reference.layer] else {
      throw ArchitectureError(.unknownLayer(name: reference.layer))
    }
    let calls = callsOfLayer[layer]
    // With a single call nothing but that call can be meant, however the index is counted.
    if calls.count == 1, (0...1).contains(reference.node) { return calls[0] }
    let first = Self.firstNodeIndex(of: layers[layer], isOutput: isOutput, generation: generation)
    guard calls.indices.contains(reference.node - first) else {
      throw ArchitectureError(
        .unknownCall(node: reference.node, layer: reference.layer, calls: calls.count))
    }
    return calls[reference.node - first]
  }

  /// Indices of the written calls, each after those it reads, otherwise in their own order.
  func topologicalOrder(of written: Written) throws(ArchitectureError) -> [Int] {
    var missing = [Int](repeating: 0, count: written.count)
    var readers = [[Int]](repeating: [], count: written.count)
    for (index, entry) in written.enumerated() {
      for reference in entry.call.source.inputs + entry.call.source.controls {
        readers[try resolve(reference)].append(index)
        missing[index] += 1
      }
    }
    var ready = written.indices.filter { missing[$0] == 0 }
    var order: [Int] = []
    var next = 0
    while next < ready.count {
      let index = ready[next]
      next += 1
      order.append(index)
      for reader in readers[index] {
        missing[reader] -= 1
        if missing[reader] == 0 { ready.append(reader) }
      }
    }
    guard order.count == written.count else {
      throw ArchitectureError(.circle)
    }
    return order
  }

  /// Refuses references to an output that a call does not have.
  static func checkOutputIndices(of graph: Graph) throws(ArchitectureError) {
    for reference in graph.calls.flatMap({ $0.inputs + $0.controls }) + graph.outputs {
      let layer = graph.layers[graph.calls[reference.call].layer]
      let outputs = layer.core.body?.outputs.count ?? layer.core.operation.outputCount
      guard reference.output >= 0, outputs.map({ reference.output < $0 }) ?? true else {
        throw ArchitectureError(.unknownOutput(reference.output, layer: layer.name))
      }
    }
    for call in graph.calls {
      let layer = graph.layers[call.layer]
      if let body = layer.core.body, layer.wrapped.isEmpty, !call.hasUnknownArguments,
        body.inputs.count != call.inputs.count
      {
        throw ArchitectureError(
          .inputCount(model: layer.name, expected: body.inputs.count, given: call.inputs.count))
      }
    }
  }
}

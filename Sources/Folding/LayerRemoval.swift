import ModelGraph

extension Graph {
  /// The graph without some layers of its own and of the models inside it.
  ///
  /// - Parameter terms: the terms that sums lose, by their places.
  func removing(_ addresses: Set<LayerAddress>, terms: [LayerAddress: Set<Int>]) -> Graph {
    guard !addresses.isEmpty else { return self }
    let own = addresses.filter { $0.indices.count == 1 }
    var result = self
    let inner = Dictionary(grouping: addresses.subtracting(own)) { $0.indices[0] }
    for (index, addresses) in inner {
      result.layers[index].core.body = layers[index].core.body?.removing(
        Set(addresses.map { LayerAddress(Array($0.indices.dropFirst())) }),
        terms: Dictionary(
          uniqueKeysWithValues: terms.filter { $0.key.indices.count > 1 && $0.key.indices[0] == index }
            .map { (LayerAddress(Array($0.key.indices.dropFirst())), $0.value) }))
    }
    return result.removing(
      layers: Set(own.map { $0.indices[0] }),
      terms: Dictionary(
        uniqueKeysWithValues: terms.filter { $0.key.indices.count == 1 }.map { ($0.key.indices[0], $0.value) }
      ))
  }

  /// The graph without some layers; what read their output reads the input that they have left.
  ///
  /// - Precondition: each of the layers is called once, with one input, or with one beside the terms that it loses.
  private func removing(layers removed: Set<Int>, terms: [Int: Set<Int>]) -> Graph {
    guard !removed.isEmpty else { return self }
    var result = self
    var newLayer = [Int: Int]()
    result.layers = []
    for (index, layer) in layers.enumerated() where !removed.contains(index) {
      newLayer[index] = result.layers.count
      result.layers.append(layer)
    }
    var replacement = [Int: TensorReference]()
    var newCall = [Int: Int]()
    func translated(_ reference: TensorReference) -> TensorReference {
      if let other = replacement[reference.call] { return other }
      guard let call = newCall[reference.call] else {
        preconditionFailure("a call is read before it is made")
      }
      return TensorReference(call: call, output: reference.output)
    }
    result.calls = []
    for (index, call) in calls.enumerated() {
      let dropped = terms[call.layer] ?? []
      let inputs = call.inputs.indices.filter { !dropped.contains($0) }.map { call.inputs[$0] }
      guard let layer = newLayer[call.layer] else {
        replacement[index] = translated(inputs[0])
        continue
      }
      var moved = call
      moved.layer = layer
      moved.inputs = inputs.map(translated)
      moved.controls = call.controls.map(translated)
      newCall[index] = result.calls.count
      result.calls.append(moved)
    }
    result.inputs = inputs.map(translated)
    result.outputs = outputs.map(translated)
    for (layer, places) in terms { result.droppedTerms[layers[layer].origin ?? layer] = places }
    result.recordedShapes = [:]
    for (reference, shape) in recordedShapes { result.recordedShapes[translated(reference)] = shape }
    return result
  }
}

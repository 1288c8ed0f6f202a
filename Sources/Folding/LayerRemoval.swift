import ModelGraph

extension Graph {
  /// The graph without some layers of its own and of the models inside it.
  ///
  /// - Parameter terms: the terms that sums lose, by their places.
  func removing(_ addresses: Set<LayerAddress>, terms: [LayerAddress: Set<Int>]) -> Graph {
    guard !addresses.isEmpty || !terms.isEmpty else { return self }
    var result = self
    let inner = addresses.union(terms.keys).filter { $0.indices.count > 1 }.map { $0.indices[0] }
    for index in Set(inner) {
      result.layers[index].core.body = layers[index].core.body?.removing(
        Set(addresses.compactMap { $0.inside(index) }),
        terms: Dictionary(
          uniqueKeysWithValues: terms.compactMap { term in term.key.inside(index).map { ($0, term.value) } }))
    }
    let own = addresses.filter { $0.indices.count == 1 }
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
    guard !removed.isEmpty || !terms.isEmpty else { return self }
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

extension LayerAddress {
  /// The address in the model that a layer is; nil where it is not inside of that.
  fileprivate func inside(_ layer: Int) -> LayerAddress? {
    indices.count > 1 && indices[0] == layer ? LayerAddress(Array(indices.dropFirst())) : nil
  }
}

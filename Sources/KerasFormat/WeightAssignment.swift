import Bytes
import Elements
import HDF5
import ModelFormats
import ModelGraph

/// Gives the layers of a graph their saved weights, as Keras would when it loads the file.
struct WeightAssignment {
  private let file: String
  private let saved: SavedWeights
  private let generation: KerasGeneration
  /// All weights, by number.
  private(set) var datasets: [HDF5Dataset] = []
  /// Where each one is.
  private(set) var places: [HDF5Path] = []

  init(saved: SavedWeights, generation: KerasGeneration, file: String) {
    self.saved = saved
    self.generation = generation
    self.file = file
  }

  /// Fills in the variables of every layer.
  ///
  /// - Throws: `ModelFileError` where the weights do not fit the architecture.
  mutating func assign(to graph: inout Graph) throws(ModelFileError) {
    try checkOrder(of: graph)
    let shapes = ShapeInference(of: graph)
    for index in graph.layers.indices {
      guard let group = saved[graph.layers[index].name] else {
        try requireNothing(of: graph.layers[index], shapes: shapes, graph: graph, index: index)
        continue
      }
      try assign(group, to: index, in: &graph, shapes: shapes)
    }
  }

  /// The saved order decides which weights Keras gives to which layer: it has to be the model's own.
  private func checkOrder(of graph: Graph) throws(ModelFileError) {
    let expected = LayerOrder.order(of: graph).map { graph.layers[$0].name }.filter { saved[$0] != nil }
    let found = saved.weightedLayers
    guard expected != found else { return }
    let known = Set(graph.layers.map(\.name))
    if let stranger = found.first(where: { !known.contains($0) }) {
      throw problem(.unknownLayer(name: stranger))
    }
    let place = zip(expected, found).first { $0 != $1 }
    throw problem(place.map { .otherOrder(found: $0.1, expected: $0.0) } ?? .incompleteOrder)
  }

  private func requireNothing(
    of layer: Layer, shapes: ShapeInference, graph: Graph, index: Int
  ) throws(ModelFileError) {
    let expected = expectedOrder(of: layer, shapes: shapes, graph: graph, index: index)
    guard let expected, !expected.isEmpty else { return }
    throw problem(.missing(count: expected.count), layer.name)
  }

  private mutating func assign(
    _ group: SavedWeights.SavedGroup, to index: Int, in graph: inout Graph, shapes: ShapeInference
  ) throws(ModelFileError) {
    if !graph.layers[index].weightOwner.isEmpty, generation != .keras3 {
      graph.layers[index].operation = .opaque("in which order Keras 2 saves its weights by name is not known")
    }
    let layer = graph.layers[index]
    let first = datasets.count
    datasets += group.datasets
    places += group.names.values.map { HDF5Path(group.place(of: $0)) }
    let stored = zip(group.names.values, group.datasets).enumerated().map { offset, pair in
      Variable(
        role: .other(offset), isTrainable: true, name: pair.0, shape: pair.1.shape,
        elementType: pair.1.elementType, value: .stored(first + offset))
    }
    guard !layer.isOpaque, let expected = expectedOrder(of: layer, shapes: shapes, graph: graph, index: index)
    else {
      makeOpaque(
        &graph.layers[index], holding: stored, "it holds layers of which bnfold does not know the weights")
      return
    }
    if case .batchNormalization(let normalization) = layer.operation, normalization.renormalizes,
      expected.count < stored.count
    {
      graph.layers[index].close(
        holding: stored, "its renormalization has the weights of TensorFlow 1")
      return
    }
    guard expected.count == stored.count else {
      throw problem(.count(found: stored.count, expected: expected.count), layer.name)
    }
    let check = WeightCheck(layer: layer, input: graph.inputShape(ofLayer: index, shapes: shapes))
    let owners = expected.map { (graph[LayerAddress([index] + $0.address)], $0.variable) }
    if let rule = check.brokenRule(owners, stored) { throw problem(rule, layer.name) }
    guard !namesContradict(expected, stored, layer: layer) else {
      makeOpaque(
        &graph.layers[index], holding: stored,
        "its weights are saved in another order than Keras would load them in")
      return
    }
    forgetVariables(&graph.layers[index])
    for (slot, found) in zip(expected, stored) {
      var variable = found
      variable.role = slot.variable.role
      variable.isTrainable = slot.variable.isTrainable
      graph[LayerAddress([index] + slot.address)].core.variables?.append(variable)
    }
    if let rule = WeightCheck.brokenRule(ofStatisticsOf: graph.layers[index]) {
      throw problem(rule, layer.name)
    }
  }

  private struct Slot {
    /// Indices from the layer inwards; empty for the layer itself.
    let address: [Int]
    let variable: ExpectedVariable
  }

  /// The weights that a layer must have, in the file's order; nil if bnfold does not know them.
  private func expectedOrder(
    of layer: Layer, shapes: ShapeInference, graph: Graph, index: Int
  ) -> [Slot]? {
    VariableOrder<Slot>.items(of: layer, address: LayerAddress([]), generation: generation) {
      inner, address in
      if inner.isOpaque { return inner.variables.map { _ in [] } }
      let input = Self.inputShape(of: [index] + address.indices, in: graph, shapes: shapes)
      return inner.expectedVariables(byName: input)?.map {
        (Slot(address: address.indices, variable: $0), $0.isTrainable)
      }
    }
  }

  /// Whether names show that the weights of a layer that holds others are not in the expected order.
  private func namesContradict(_ expected: [Slot], _ stored: [Variable], layer: Layer) -> Bool {
    guard let body = layer.core.body else { return false }
    var names: Set<ByteString> = []
    body.forEachGraph { graph, _ in
      names.formUnion(graph.layers.flatMap { [$0.name, $0.core.name] })
    }
    return zip(expected, stored).contains { slot, variable in
      WeightNameEvidence(variable.name).contradicts(
        slot.variable.role, of: body[LayerAddress(slot.address)], others: names)
    }
  }

  private static func inputShape(of address: [Int], in graph: Graph, shapes: ShapeInference) -> PartialShape?
  {
    guard address.count > 1 else { return graph.inputShape(ofLayer: address[0], shapes: shapes) }
    guard let body = graph.layers[address[0]].core.body, let inner = shapes.inner[address[0]] else {
      return nil
    }
    return inputShape(of: Array(address.dropFirst()), in: body, shapes: inner)
  }

  /// Weights of an unknown number stand in one list, so that no inner layer's share can be told.
  private func makeOpaque(_ layer: inout Layer, holding variables: [Variable], _ reason: String) {
    if layer.core.body != nil || !layer.wrapped.isEmpty {
      layer.hiddenBatchNormalizations += batchNormalizations(in: layer)
      layer.operation = .opaque(reason)
      layer.wrapped = []
      layer.body = nil
    }
    layer.variables = variables
  }

  private func batchNormalizations(in layer: Layer) -> [ByteString] {
    let core = layer.core
    var names = core.hiddenBatchNormalizations
    if case .batchNormalization = core.operation { names.append(core.name) }
    return names + (core.body?.layers.flatMap { batchNormalizations(in: $0) } ?? [])
  }

  private func forgetVariables(_ layer: inout Layer) {
    if layer.core.variables != nil { layer.core.variables = [] }
    guard layer.core.body != nil else { return }
    for index in layer.core.body!.layers.indices { forgetVariables(&layer.core.body!.layers[index]) }
  }

  private func problem(_ rule: WeightsRule, _ layer: ByteString? = nil) -> ModelFileError {
    ModelFileError(rule, file: file, place: layer.map { "layer \($0)" } ?? "")
  }
}

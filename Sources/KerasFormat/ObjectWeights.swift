import Bytes
import Elements
import HDF5
import ModelFormats
import ModelGraph

/// Weights by object, as Keras 3 saves them in `.keras` archives and `.weights.h5` files, and tf_keras since 2.12.
///
/// Each layer has a group, and in it `vars` with the weights by number; a model inside the model has groups in its own.
/// Source: keras/src/saving/saving_lib.py `_save_state` and `H5IOStore`; keras/src/layers/layer.py
/// `save_own_variables`.
struct ObjectWeights {
  private let keys: ObjectKeys
  private let generation: KerasGeneration
  private(set) var datasets: [HDF5Dataset] = []
  private(set) var places: [HDF5Path] = []
  let optimizerState: [ByteString] = ["optimizer"]
  private let tree: HDF5Group
  /// The path of the file, for errors.
  private let file: String

  /// The name of the group of a model's layers.
  private var container: ByteString { keys.scheme.container }

  private static let variables: ByteString = "vars"

  /// Whether a file arranges its weights like this.
  static func isUsed(in tree: HDF5Group) -> Bool {
    // A layer may have the name of the group.
    let isNamed = tree.attributes.contains { ["layer_names", "layer_names0"].contains($0.name) }
    return !isNamed && ObjectKeys.Scheme.allCases.contains { tree[[$0.container]] != nil }
  }

  /// Finds the weights of a file and gives them to the layers of a graph.
  ///
  /// - Throws: `ModelFileError` where the weights do not fit the architecture.
  init(
    of tree: HDF5Group, for graph: inout Graph, generation: KerasGeneration, file: String
  ) throws(ModelFileError) {
    self.tree = tree
    self.file = file
    let schemes = ObjectKeys.Scheme.allCases.filter { tree[[$0.container]] != nil }
    // Both ways of counting under one name have the same keys, unless a class has weights more than once.
    let ways = schemes.map(ObjectKeys.init)
    keys = ways.first { $0.stranger(in: tree, of: graph) == nil } ?? ways.first ?? ObjectKeys(scheme: .layers)
    self.generation = generation
    if let stranger = keys.stranger(in: tree, of: graph) {
      throw problem(.unknownObject(name: stranger.name), at: stranger.path)
    }
    try assign(to: &graph, at: [], shapes: ShapeInference(of: graph))
  }
}

extension ObjectKeys {
  /// The key of each layer; a file tells which of them have weights.
  fileprivate func keys(
    of graph: Graph, in tree: HDF5Group, at path: [ByteString]
  ) -> [(layer: Int, key: ByteString)] {
    keys(of: graph) { _, key in tree.hasArrays(at: path + [scheme.container, key]) }
  }

  /// The first weights of a file that are no layer's, with the place of their model; nil where there are none.
  fileprivate func stranger(
    in tree: HDF5Group, of graph: Graph, at path: [ByteString] = []
  ) -> (name: ByteString, path: [ByteString])? {
    let keyed = keys(of: graph, in: tree, at: path)
    let known = Set(keyed.map(\.key))
    if case .group(let group)? = tree[path + [scheme.container]],
      let member = group.members.first(where: { !known.contains($0.name) && $0.node.hasArrays })
    {
      return (member.name, path)
    }
    for (index, key) in keyed {
      let place = path + [scheme.container, key] + (graph.layers[index].wrapped.isEmpty ? [] : ["layer"])
      if let body = graph.layers[index].core.body, let found = stranger(in: tree, of: body, at: place) {
        return found
      }
    }
    return nil
  }
}

// MARK: - Reading

extension ObjectWeights {
  private mutating func assign(
    to graph: inout Graph, at path: [ByteString], shapes: ShapeInference
  ) throws(ModelFileError) {
    for (index, key) in keys.keys(of: graph, in: tree, at: path) {
      let input = graph.inputShape(ofLayer: index, shapes: shapes)
      try assign(
        to: &graph.layers[index], at: path + [container, key], input: input, inner: shapes.inner[index])
    }
  }

  private mutating func assign(
    to layer: inout Layer, at path: [ByteString], input: PartialShape?, inner: ShapeInference?
  ) throws(ModelFileError) {
    if !layer.wrapped.isEmpty {
      return try assign(to: &layer.wrapped[0], at: path + ["layer"], input: input, inner: inner)
    }
    if layer.body != nil {
      return try assign(to: &layer.body!, at: path, shapes: inner ?? ShapeInference(of: layer.body!))
    }
    guard let expected = layer.operation.expectedVariables(input: input), !layer.isOpaque else {
      let all = take(everythingAt: path)
      let found = NestedState.inOrder(all) ?? all
      if layer.variables != nil && found.isEmpty { return }
      layer.variables = found
      if !layer.isOpaque { layer.operation = .opaque("bnfold does not know its weights") }
      return
    }
    let path = path + layer.weightOwner
    let objects = NestedState.objects(of: layer.operation, expected, generation: generation)
    if let stranger = state(at: path, of: layer, besides: objects.map(\.path)) {
      let all = take(everythingAt: path)
      layer.close(holding: all, "the file has a state \(stranger) for it, which its class does not have")
      return
    }
    let arrays = try arrays(at: path, of: layer, in: objects.map(\.path))
    guard !arrays.isEmpty || expected.isEmpty else {
      throw problem(.missingObject(count: expected.count), layer)
    }
    guard arrays.count == expected.count else {
      throw problem(.count(found: arrays.count, expected: expected.count), layer)
    }
    let stored = arrays.map { variable(named: $0.path, holding: $0.dataset) }
    let owners = expected.map { (layer: layer, variable: $0) }
    let check = WeightCheck(layer: layer, input: input)
    if let rule = check.brokenRule(owners, stored) { throw problem(rule, layer) }
    layer.variables = zip(expected, stored).map { slot, found in
      var variable = found
      variable.role = slot.role
      variable.isTrainable = slot.isTrainable
      return variable
    }
    if let rule = WeightCheck.brokenRule(ofStatisticsOf: layer) { throw problem(rule, layer) }
  }

  /// The weights of a layer that holds no other layers, in their order.
  ///
  /// - Parameter objects: the paths of the objects that have them; empty for a layer without weights.
  private func arrays(
    at path: [ByteString], of layer: Layer, in objects: [[ByteString]]
  ) throws(ModelFileError) -> [(path: [ByteString], dataset: HDF5Dataset)] {
    guard case .group(let group)? = tree[path] else { return [] }
    var found: [(path: [ByteString], dataset: HDF5Dataset)] = []
    for list in Self.lists(of: objects) {
      guard case .group(let numbered)? = group[list] else { continue }
      for number in numbered.members.indices {
        let place = list + [ByteString("\(number)")]
        guard case .dataset(let dataset)? = group[place] else {
          throw problem(.numbering(count: numbered.members.count), layer)
        }
        found.append((path + place, dataset))
      }
    }
    return found
  }

  /// The first group with arrays that are none of a layer's objects'; nil where there is none.
  private func state(at path: [ByteString], of layer: Layer, besides objects: [[ByteString]]) -> ByteString? {
    guard case .group(let group)? = tree[path] else { return nil }
    let lists = Self.lists(of: objects)
    var stranger: ByteString?
    group.forEachDataset { place, _ in
      if !lists.contains(Array(place.components.dropLast())) { stranger = stranger ?? place.components.first }
    }
    return stranger
  }

  private static func lists(of objects: [[ByteString]]) -> [[ByteString]] {
    (objects.isEmpty ? [[]] : objects).map { $0 + [variables] }
  }

  private mutating func variable(named path: [ByteString], holding dataset: HDF5Dataset) -> Variable {
    datasets.append(dataset)
    places.append(HDF5Path(path))
    return Variable(
      role: .other(datasets.count - 1), isTrainable: true,
      name: ByteString(joining: path, separator: UInt8(ascii: "/")),
      shape: dataset.shape, elementType: dataset.elementType, value: .stored(datasets.count - 1))
  }

  /// All arrays below a place, for a layer that is carried as it is.
  private mutating func take(everythingAt path: [ByteString]) -> [Variable] {
    switch tree[path] {
    case .dataset(let dataset): return [variable(named: path, holding: dataset)]
    case .group(let group):
      var variables: [Variable] = []
      for member in group.members { variables += take(everythingAt: path + [member.name]) }
      return variables
    case .namedType, nil: return []
    }
  }

  private func problem(_ rule: WeightsRule, _ layer: Layer) -> ModelFileError {
    ModelFileError(rule, file: file, place: "layer \(layer.name)")
  }

  private func problem(_ rule: WeightsRule, at path: [ByteString]) -> ModelFileError {
    ModelFileError(rule, file: file, place: "\(HDF5Path(path))")
  }
}

// MARK: - Writing

extension ObjectWeights: WeightLayout {
  var arrangement: WeightArrangement { .objects }

  var root: HDF5Path { .root }

  func edit(_ tree: inout HDF5Group, to edited: Graph, from original: Graph) {
    edit(&tree, at: [], to: edited, from: original)
  }

  private func edit(_ tree: inout HDF5Group, at path: [ByteString], to edited: Graph, from original: Graph) {
    guard case .group(let before)? = tree[path + [container]] else { return }
    let oldKeys = Dictionary(uniqueKeysWithValues: keys.keys(of: original).map { ($0.layer, $0.key) })
    var after = before
    // Groups without arrays may stand under any name; those of layers get their new one.
    after.members.removeAll { oldKeys.values.contains($0.name) }
    for (index, key) in keys.keys(of: edited) {
      let layer = edited.layers[index]
      guard let origin = layer.origin, let old = oldKeys[origin] else { continue }
      var state = HDF5Group()
      if let node = before[[old]] {
        guard case .group(let group) = node else { continue }
        state = group
      }
      edit(&state, to: layer, from: original.layers[origin])
      if before[[old]] != nil || !state.members.isEmpty { after.set(.group(state), at: [key]) }
    }
    tree.set(.group(after), at: path + [container])
  }

  /// Makes the group of a layer fit the edited layer.
  private func edit(_ state: inout HDF5Group, to layer: Layer, from original: Layer) {
    if let wrapped = layer.wrapped.first, let before = original.wrapped.first {
      var inner = HDF5Group()
      if case .group(let group)? = state[["layer"]] { inner = group }
      edit(&inner, to: wrapped, from: before)
      if !inner.members.isEmpty { state.set(.group(inner), at: ["layer"]) }
    } else if let body = layer.body, let before = original.body {
      edit(&state, at: [], to: body, from: before)
    } else if !layer.isOpaque {
      // A weight that is new stands before others, which then have other numbers.
      let (before, roles) = (state, (original.variables ?? []).map(\.role))
      let list = layer.weightOwner + [Self.variables]
      for (number, variable) in (layer.variables ?? []).enumerated() {
        let place = list + [ByteString("\(number)")]
        let source = roles.firstIndex(of: variable.role)
        if let source, source != number, let node = before[list + [ByteString("\(source)")]] {
          state.set(node, at: place)
        }
        guard let dataset = dataset(of: variable) else { continue }
        state.replace(arrayAt: place, with: dataset)
        // A wrapper has its layer's kernel a second time.
        let copy = [Self.variables, ByteString("\(number)")]
        if !layer.weightOwner.isEmpty, number == 0, state.hasArrays(at: copy) {
          state.replace(arrayAt: copy, with: dataset)
        }
      }
    }
  }
}

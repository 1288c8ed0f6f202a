import HDF5
import ModelGraph
import Tensor

extension KerasHDF5Model {
  /// Writes an edited form of this model's graph; everything that the edit does not concern stays as it is.
  ///
  /// The optimizer's state is left out if any weight changes: it belongs to the weights before the edit.
  ///
  /// - Parameters:
  ///   - edited: a graph made from `graph` by removing layers, leading references elsewhere and changing
  ///     weights; its layers know their `origin`.
  ///   - descriptor: an empty file, open for reading and writing.
  ///   - path: its name, for errors.
  /// - Throws: `ModelFileError` if this file is damaged or the other cannot be written.
  public func write(_ edited: Graph, to descriptor: Int32, named path: String) throws(ModelFileError) {
    let tree = try Self.inContainer(file.path) { () throws(HDF5Error) in try editedTree(for: edited) }
    do throws(HDF5Error) {
      try HDF5Writer.write(tree, from: file, to: descriptor)
    } catch {
      throw ModelFileError(.container(error), file: error.isWriteFailure ? path : file.path)
    }
  }

  /// The first difference between a written file and what `write` had to write; nil if there is none.
  ///
  /// - Throws: `ModelFileError` where one of the files cannot be read.
  public func difference(of written: KerasHDF5Model, from edited: Graph) throws(ModelFileError) -> String? {
    try Self.inContainer(file.path) { () throws(HDF5Error) in
      let tree = try editedTree(for: edited)
      return try TreeComparison(source: file, written: written.file).difference(from: tree)
    }
  }

  private func editedTree(for edited: Graph) throws(HDF5Error) -> HDF5Group {
    let text = ArchitectureEditor.text(
      of: edited, from: graph, source: architecture.source, document: architecture.document,
      generation: generation)
    var tree = file.tree
    if var strings = try file.strings("model_config", on: .root) {
      strings.values = [ByteString(text)]
      tree.replace(
        attributes: ["model_config"],
        with: [HDF5Attribute(name: "model_config", content: .strings(strings))])
    }
    let kept = Set(edited.layers.compactMap(\.origin))
    let removed = graph.layers.indices.filter { !kept.contains($0) }
    for index in removed { remove(graph.layers[index].name, from: &tree) }
    var hasOtherWeights = false
    for layer in edited.layers {
      guard let variables = variables(of: layer), differ(variables, from: layer.origin) else { continue }
      hasOtherWeights = true
      update(layer.name, to: variables, in: &tree)
    }
    if !removed.isEmpty || hasOtherWeights { tree.remove(at: [Self.optimizerState]) }
    let listed = Set(saved.layerNames.values)
    let order = LayerOrder.order(of: edited).map { edited.layers[$0].name }.filter(listed.contains)
    tree.update(groupAt: [SavedWeights.root]) { group in
      group.replace(
        attributes: saved.layerNames.attributes,
        with: saved.layerNames.attributes(named: "layer_names", holding: order))
    }
    return tree
  }

  /// Removes a saved layer; another layer's group may stand inside its own.
  private func remove(_ name: ByteString, from tree: inout HDF5Group) {
    let path = [SavedWeights.root] + name.split(separator: UInt8(ascii: "/"))
    var names: [ByteString] = ["weight_names"]
    if let group = saved[name] {
      names = group.names.attributes
      for weight in group.names.values { tree.remove(at: path + weight.split(separator: UInt8(ascii: "/"))) }
    }
    tree.update(groupAt: path) { $0.replace(attributes: names, with: []) }
    if case .group(let left)? = tree[path], left.members.isEmpty { tree.remove(at: path) }
  }

  /// Whether the file has to have other weights for a layer than it had.
  private func differ(_ variables: [Variable], from origin: Int?) -> Bool {
    let before = origin.flatMap { self.variables(of: graph.layers[$0]) }?.map(\.name)
    return variables.map(\.name) != before || variables.contains { content(of: $0) != nil }
  }

  private func update(_ layer: ByteString, to variables: [Variable], in tree: inout HDF5Group) {
    guard let group = saved[layer] else { return }
    let names = variables.map(\.name)
    for name in group.names.values where !names.contains(name) { tree.remove(at: place(of: name, in: group)) }
    for variable in variables {
      guard let content = content(of: variable) else { continue }
      let dataset = HDF5Dataset(shape: variable.shape, elementType: variable.elementType, content: content)
      tree.set(.dataset(dataset), at: place(of: variable.name, in: group))
    }
    guard names != group.names.values else { return }
    tree.update(groupAt: group.path.components) {
      $0.replace(
        attributes: group.names.attributes,
        with: group.names.attributes(named: "weight_names", holding: names))
    }
  }

  /// All weights of a layer, in the order in which Keras would save them.
  private func variables(of layer: Layer) -> [Variable]? {
    VariableOrder<Variable>.items(of: layer, address: LayerAddress([]), generation: generation) { inner, _ in
      inner.variables.map { variables in variables.map { ($0, $0.isTrainable) } }
    }
  }

  private func place(of name: ByteString, in group: SavedWeights.SavedGroup) -> [ByteString] {
    group.path.components + name.split(separator: UInt8(ascii: "/"))
  }

  /// What the file shall have for a variable; nil where it stays as it is.
  private func content(of variable: Variable) -> HDF5Dataset.Content? {
    switch variable.value {
    case .stored: return nil
    case .scaled(let number, let scale):
      guard case .stored(let stored) = datasets[number].content else { return nil }
      return .scaled(stored, scale)
    case .computed(let values): return .values(values)
    }
  }
}

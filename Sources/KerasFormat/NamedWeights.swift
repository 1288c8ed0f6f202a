import Bytes
import HDF5
import ModelFormats
import ModelGraph

/// Weights under the names of their layers, as Keras 2 saves them and Keras 3 does in `.h5` files.
///
/// Source: keras/src/legacy/saving/legacy_h5_format.py; tf_keras/src/saving/legacy/hdf5_format.py.
struct NamedWeights {
  private let saved: SavedWeights
  private let generation: KerasGeneration
  let datasets: [HDF5Dataset]
  let places: [HDF5Path]
  let optimizerState: [ByteString] = ["optimizer_weights"]

  /// Finds the weights of a file and gives them to the layers of a graph.
  ///
  /// - Parameters:
  ///   - root: where the layers' groups are.
  ///   - file: the path of the file, for errors.
  /// - Throws: `ModelFileError` where the weights do not fit the architecture.
  init(
    of contents: HDF5Contents, at root: HDF5Path, for graph: inout Graph, generation: KerasGeneration,
    file: String
  ) throws(ModelFileError) {
    saved = try SavedWeights(contents, root: root, file: file)
    self.generation = generation
    var assignment = WeightAssignment(saved: saved, generation: generation, file: file)
    try assignment.assign(to: &graph)
    datasets = assignment.datasets
    places = assignment.places
    if let twice = Dictionary(grouping: places, by: { $0 }).filter({ $0.value.count > 1 }).keys.first {
      throw ModelFileError(WeightsRule.repeatedArray, file: file, place: "\(twice)")
    }
  }
}

extension NamedWeights: WeightLayout {
  var arrangement: WeightArrangement { .names }

  var root: HDF5Path { saved.root }

  func edit(_ tree: inout HDF5Group, to edited: Graph, from original: Graph) {
    let kept = Set(edited.layers.compactMap(\.origin))
    for index in original.layers.indices where !kept.contains(index) {
      remove(original.layers[index].name, from: &tree)
    }
    for layer in edited.layers {
      guard let variables = variables(of: layer) else { continue }
      let before = layer.origin.flatMap { self.variables(of: original.layers[$0]) }?.map(\.name)
      if variables.map(\.name) != before || variables.contains(where: { content(of: $0) != nil }) {
        update(layer.name, to: variables, in: &tree)
      }
    }
    let listed = Set(saved.layerNames.values)
    let order = LayerOrder.order(of: edited).map { edited.layers[$0].name }.filter(listed.contains)
    tree.update(groupAt: saved.root.components) { group in
      group.replace(
        attributes: saved.layerNames.attributes,
        with: saved.layerNames.attributes(named: "layer_names", holding: order))
    }
  }

  /// Removes a saved layer; another layer's group may stand inside its own.
  private func remove(_ name: ByteString, from tree: inout HDF5Group) {
    let path = saved.path(of: name).components
    var names: [ByteString] = ["weight_names"]
    if let group = saved[name] {
      names = group.names.attributes
      for weight in group.names.values { tree.remove(at: path + weight.split(separator: UInt8(ascii: "/"))) }
    }
    tree.update(groupAt: path) { $0.replace(attributes: names, with: []) }
    if case .group(let left)? = tree[path], left.members.isEmpty { tree.remove(at: path) }
  }

  private func update(_ layer: ByteString, to variables: [Variable], in tree: inout HDF5Group) {
    guard let group = saved[layer] else { return }
    let names = variables.map(\.name)
    for name in group.names.values where !names.contains(name) { tree.remove(at: group.place(of: name)) }
    for variable in variables {
      guard let dataset = dataset(of: variable) else { continue }
      tree.replace(arrayAt: group.place(of: variable.name), with: dataset)
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
      inner.variablesByName?.map { ($0, $0.isTrainable) }
    }
  }
}

import Bytes
import HDF5
import ModelFormats
import ModelGraph

/// Arranges weights by the names of their layers.
///
/// Source: keras/src/legacy/saving/legacy_h5_format.py `save_weights_to_hdf5_group`.
struct NamedTree {
  let model: KerasModel
  /// The array of each weight, by its number.
  let datasets: [HDF5Dataset]
  /// Text that belongs to the group of the layers, such as the version of Keras.
  let attributes: [HDF5Attribute]

  /// The group of the layers.
  ///
  /// - Throws: `ModelFileError` where the order of a layer's weights is not known.
  func group() throws(ModelFileError) -> HDF5Group {
    var group = HDF5Group()
    let names = WeightNames(of: model.graph).names
    let graph = model.graph
    let listed = ObjectKeys.listedLayers(of: graph)
    for index in listed {
      var saved: [ByteString] = []
      let layer = graph.layers[index]
      // A layer whose name is a path may already stand inside this one's group.
      if group[path(of: layer)] == nil { group.set(.group(HDF5Group()), at: path(of: layer)) }
      for variable in try variables(of: layer) {
        guard case .stored(let number) = variable.value, let name = names[number] else { continue }
        let own = model.generation == .keras2 ? name + ":0" : name
        saved.append(own)
        group.set(.dataset(datasets[number]), at: path(of: layer) + own.split(separator: UInt8(ascii: "/")))
      }
      group.update(groupAt: path(of: layer)) {
        $0.replace(attributes: [], with: SavedNames.attributes(named: "weight_names", listing: saved))
      }
    }
    let layerNames = SavedNames.attributes(
      named: "layer_names", listing: listed.map { graph.layers[$0].name })
    group.replace(attributes: [], with: layerNames + attributes)
    return group
  }

  private func path(of layer: Layer) -> [ByteString] { layer.name.split(separator: UInt8(ascii: "/")) }

  private func variables(of layer: Layer) throws(ModelFileError) -> [Variable] {
    var unknown: Layer?
    guard layer.weightOwner.isEmpty else {
      throw model.problem(.wrapper, layer)
    }
    let isNested = layer.body != nil || !layer.wrapped.isEmpty
    let variables = VariableOrder<Variable>.items(
      of: layer, address: LayerAddress([]), generation: model.generation
    ) { inner, _ in
      guard let variables = inner.variables, inner.isOpaque, !variables.isEmpty else {
        return (inner.variables ?? []).map { ($0, $0.isTrainable) }
      }
      // Inside another layer the order depends on which of them training changes, which is not known either.
      guard !isNested, let ordered = NestedState.inOrder(variables) else {
        unknown = inner
        return nil
      }
      return ordered.map { ($0, $0.isTrainable) }
    }
    guard let variables else {
      throw model.problem(.unknownOrder, unknown ?? layer)
    }
    return variables
  }
}

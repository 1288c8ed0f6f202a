import Bytes
import HDF5
import ModelFormats
import ModelGraph

/// The weights of a Keras HDF5 file, by layer.
///
/// Source: keras/src/legacy/saving/legacy_h5_format.py `load_weights_from_hdf5_group`: the k-th saved layer that
/// has weights belongs to the k-th layer of the model that has weights, whatever the names are.
struct SavedWeights {
  /// The names of the saved layers, as the file lists them.
  let layerNames: SavedNames
  /// The saved weights of each layer that has any.
  private let groups: [ByteString: SavedGroup]

  /// The weights of one layer.
  struct SavedGroup {
    let path: HDF5Path
    let names: SavedNames
    let datasets: [HDF5Dataset]

    /// Where a weight of the layer is.
    func place(of name: ByteString) -> [ByteString] {
      path.components + name.split(separator: UInt8(ascii: "/"))
    }
  }

  /// The group that holds everything.
  let root: HDF5Path

  init(_ contents: HDF5Contents, root: HDF5Path, file: String) throws(ModelFileError) {
    self.root = root
    guard case .group? = contents.tree[root.components],
      let layerNames = try Self.names("layer_names", of: contents, on: root, file: file)
    else { throw ModelFileError(WeightsRule.noWeights, file: file, place: "\(root)") }
    self.layerNames = layerNames
    var groups: [ByteString: SavedGroup] = [:]
    for name in layerNames.values {
      groups[name] = try Self.readGroup(of: name, at: Self.path(of: name, in: root), in: contents, file: file)
    }
    self.groups = groups
  }

  private static func names(
    _ name: ByteString, of contents: HDF5Contents, on path: HDF5Path, file: String
  ) throws(ModelFileError) -> SavedNames? {
    try FileReading.inHDF5(file) { () throws(HDF5Error) in try SavedNames(name, of: contents, on: path) }
  }

  private static func readGroup(
    of layer: ByteString, at path: HDF5Path, in contents: HDF5Contents, file: String
  ) throws(ModelFileError) -> SavedGroup? {
    guard case .group? = contents.tree[path.components] else {
      throw ModelFileError(WeightsRule.noGroup(layer: layer), file: file, place: "\(path)")
    }
    guard let names = try names("weight_names", of: contents, on: path, file: file) else {
      throw ModelFileError(WeightsRule.noNames, file: file, place: "\(path)")
    }
    guard !names.values.isEmpty else { return nil }
    var datasets: [HDF5Dataset] = []
    for name in names.values {
      let place = path.components + name.split(separator: UInt8(ascii: "/"))
      guard case .dataset(let dataset)? = contents.tree[place] else {
        throw ModelFileError(WeightsRule.noListedWeight, file: file, place: "\(HDF5Path(place))")
      }
      datasets.append(dataset)
    }
    return SavedGroup(path: path, names: names, datasets: datasets)
  }

  /// The group of a layer; a name with slashes is a path of its own.
  func path(of layer: ByteString) -> HDF5Path { Self.path(of: layer, in: root) }

  private static func path(of layer: ByteString, in root: HDF5Path) -> HDF5Path {
    HDF5Path(root.components + layer.split(separator: UInt8(ascii: "/")))
  }

  /// The saved weights of a layer; nil if it has none.
  subscript(name: ByteString) -> SavedGroup? { groups[name] }

  /// Names of the saved layers that have weights, in the file's order.
  var weightedLayers: [ByteString] { layerNames.values.filter { groups[$0] != nil } }
}

import Bytes
import HDF5
import ModelFormats
import ModelGraph

/// Arranges weights by object.
///
/// Source: keras/src/saving/saving_lib.py `_save_state` and `_save_container_state`.
struct ObjectTree {
  let model: KerasModel
  /// The array of each weight, by its number.
  let datasets: [HDF5Dataset]
  private let keys: ObjectKeys
  private let vars: ByteString = "vars"

  init(model: KerasModel, datasets: [HDF5Dataset]) {
    self.model = model
    self.datasets = datasets
    keys = ObjectKeys(scheme: ObjectKeys.Scheme(version: model.kerasVersion))
  }

  /// The root of the new tree.
  ///
  /// - Throws: `ModelFileError` where it is not known to which object a weight belongs.
  func root() throws(ModelFileError) -> HDF5Group {
    var root = HDF5Group()
    try add(model.graph, to: &root, at: [])
    return root
  }

  private func add(_ graph: Graph, to root: inout HDF5Group, at path: [ByteString]) throws(ModelFileError) {
    root.set(.group(HDF5Group()), at: path + [keys.scheme.container])
    root.set(.group(HDF5Group()), at: path + [vars])
    for (index, key) in keys.keys(of: graph) {
      try add(graph.layers[index], to: &root, at: path + [keys.scheme.container, key])
    }
  }

  private func add(_ layer: Layer, to root: inout HDF5Group, at path: [ByteString]) throws(ModelFileError) {
    guard layer.weightOwner.isEmpty else {
      throw model.problem(.wrapper, layer)
    }
    if let body = layer.body { return try add(body, to: &root, at: path) }
    if let inner = layer.wrapped.first {
      root.set(.group(HDF5Group()), at: path + [vars])
      return try add(inner, to: &root, at: path + ["layer"])
    }
    let variables = layer.variables ?? []
    if !layer.isOpaque, let expected = layer.operation.expectedVariables(input: nil), !expected.isEmpty {
      var rest = variables[...]
      for object in NestedState.objects(of: layer.operation, expected, generation: model.generation) {
        add(Array(rest.prefix(object.count)), to: &root, at: path + object.path)
        rest = rest.dropFirst(object.count)
      }
      return
    }
    guard layer.isOpaque, !variables.isEmpty else { return add(variables, to: &root, at: path) }
    guard let object = NestedState.path(ofClass: layer.className) else {
      throw model.problem(.unknownObjects, layer)
    }
    add(variables, to: &root, at: path + object)
  }

  private func add(_ variables: [Variable], to root: inout HDF5Group, at path: [ByteString]) {
    root.set(.group(HDF5Group()), at: path + [vars])
    for (index, variable) in variables.enumerated() {
      guard case .stored(let number) = variable.value else { continue }
      root.set(.dataset(datasets[number]), at: path + [vars, ByteString("\(index)")])
    }
  }
}

import ModelGraph

/// The order in which the weights of a layer stand in one group of an HDF5 file.
///
/// Trainable weights come before the others. Which ones count as trainable, where some of the layers inside a layer are
/// frozen, differs between the generations of Keras; weights are loaded by position, so it has to be exact.
/// Source: `_legacy_weights` in keras/src/legacy/saving/legacy_h5_format.py and
/// tf_keras/src/saving/legacy/hdf5_format.py, and the properties that it reads: keras/src/layers/layer.py,
/// tf_keras/src/engine/{base_layer,training,functional}.py. The rules were compared with what each Keras does on some
/// hundred random nested models with random flags.
struct VariableOrder<Item> {
  /// A weight, and whether training changes it while its layer is trainable.
  typealias Weight = (item: Item, isTrainable: Bool)

  /// The weights of a layer that holds its own; nil if they are unknown.
  private let weights: (Layer, LayerAddress) -> [Weight]?
  private let generation: KerasGeneration

  /// The weights of a layer and of those inside it, in the file's order.
  ///
  /// - Parameters:
  ///   - address: the layer's address, handed to `weights`.
  /// - Returns: nil if the weights of some inner layer are unknown.
  static func items(
    of layer: Layer, address: LayerAddress, generation: KerasGeneration,
    weights: @escaping (Layer, LayerAddress) -> [Weight]?
  ) -> [Item]? {
    let order = VariableOrder(weights: weights, generation: generation)
    guard let lists = order.lists(of: layer, address: address) else { return nil }
    guard generation == .keras3 else { return lists.trainable + lists.nonTrainable }
    // Keras 3 asks the outermost layer and each weight, but no layer between them.
    return order.isTrainable(layer) ? lists.trainable + lists.nonTrainable : lists.natural
  }

  private struct Lists {
    var trainable: [Item] = []
    var nonTrainable: [Item] = []
    /// All of them, layer by layer.
    var natural: [Item] = []

    mutating func append(_ other: Lists) {
      trainable += other.trainable
      nonTrainable += other.nonTrainable
      natural += other.natural
    }
  }

  private func lists(of layer: Layer, address: LayerAddress) -> Lists? {
    if let wrapped = layer.wrapped.first {
      guard var inner = lists(of: wrapped, address: address) else { return nil }
      guard generation != .keras3 else { return inner }
      if isTrainable(layer) {
        inner.natural = inner.trainable + inner.nonTrainable
      } else {
        (inner.trainable, inner.nonTrainable) = ([], inner.natural)
      }
      return inner
    }
    if let body = layer.body {
      var all = Lists()
      for index in LayerOrder.order(of: body) {
        let place = LayerAddress(address.indices + [index])
        guard let inner = lists(of: body.layers[index], address: place) else { return nil }
        all.append(inner)
      }
      // tf_keras does not restore the flag of a model inside the model: it counts as trainable.
      return all
    }
    guard let own = weights(layer, address) else { return nil }
    let natural = own.map(\.item)
    guard isTrainable(layer) else { return Lists(nonTrainable: natural, natural: natural) }
    return Lists(
      trainable: own.filter(\.isTrainable).map(\.item),
      nonTrainable: own.filter { !$0.isTrainable }.map(\.item), natural: natural)
  }

  /// A Sequential model is always trainable when it has been loaded, whatever its layers are.
  ///
  /// Source: `from_config` in keras/src/models/sequential.py and tf_keras/src/engine/sequential.py.
  private func isTrainable(_ layer: Layer) -> Bool { layer.trainable || layer.body?.isSequential == true }
}

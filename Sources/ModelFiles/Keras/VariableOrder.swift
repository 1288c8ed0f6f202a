import ModelGraph

/// The order in which the weights of a layer stand in one group of an HDF5 file.
///
/// All trainable weights come first, over all inner layers, then all others; of a frozen layer none is
/// trainable.
/// Source: keras/src/legacy/saving/legacy_h5_format.py `_legacy_weights`; the properties `trainable_weights` and
/// `non_trainable_weights` of keras/src/layers/layer.py.
struct VariableOrder<Item> {
  private(set) var trainable: [Item] = []
  private(set) var nonTrainable: [Item] = []

  var all: [Item] { trainable + nonTrainable }

  /// Walks a layer and those inside it.
  ///
  /// - Parameters:
  ///   - address: the layer's address, handed to `items`.
  ///   - items: the weights of a layer that holds its own, and whether training changes each; nil if unknown.
  /// - Returns: nil if the weights of some inner layer are unknown.
  init?(
    of layer: Layer, address: LayerAddress,
    items: (Layer, LayerAddress) -> [(item: Item, isTrainable: Bool)]?
  ) {
    if let wrapped = layer.wrapped.first {
      guard let inner = VariableOrder(of: wrapped, address: address, items: items) else { return nil }
      add(inner, isTrainable: layer.trainable)
    } else if let body = layer.body {
      for index in LayerOrder.order(of: body) {
        let place = LayerAddress(address.indices + [index])
        guard let inner = VariableOrder(of: body.layers[index], address: place, items: items) else {
          return nil
        }
        add(inner, isTrainable: layer.trainable)
      }
    } else {
      guard let own = items(layer, address) else { return nil }
      trainable = layer.trainable ? own.filter(\.isTrainable).map(\.item) : []
      nonTrainable = layer.trainable ? own.filter { !$0.isTrainable }.map(\.item) : own.map(\.item)
    }
  }

  private mutating func add(_ inner: VariableOrder, isTrainable: Bool) {
    if isTrainable {
      trainable += inner.trainable
      nonTrainable += inner.nonTrainable
    } else {
      nonTrainable += inner.all
    }
  }
}

import Bytes
import LosslessJSON

/// Where the parts of a graph stand in the architecture's JSON, beside the graph itself.
struct GraphSource: Sendable {
  /// The array of the layers.
  var layerList: JSONValue
  /// One for each layer of the graph; nil for a layer that the reader made.
  var layers: [LayerSource?] = []
  /// One for each call of the graph; empty where the calls are not written, as in Sequential.
  var calls: [CallSource] = []
  /// One for each output of the graph.
  var outputs: [ReferenceSource] = []
}

/// Where a layer stands.
struct LayerSource: Sendable {
  /// The index in the array of the layers.
  let index: Int
  /// The attributes of the layer that computes: the wrapped one for a wrapper.
  let coreConfiguration: JSONValue
  /// The graph of a model inside the model, in an array since the type contains itself.
  private let bodies: [GraphSource]

  var body: GraphSource? { bodies.first }

  init(index: Int, coreConfiguration: JSONValue, body: GraphSource?) {
    self.index = index
    self.coreConfiguration = coreConfiguration
    bodies = body.map { [$0] } ?? []
  }
}

/// Where the references of a call stand, in the order of the call's inputs and controls.
struct CallSource: Sendable {
  var inputs: [ReferenceSource] = []
  /// Where each input is in a list of them; nil for one that is in none.
  var inputPlaces: [ElementPlace?] = []
  var controls: [ReferenceSource] = []
}

/// An element of an array.
struct ElementPlace: Sendable {
  let array: JSONValue
  let index: Int
}

/// A reference to a tensor: an array that begins with a layer's name, a node index and a tensor index.
struct ReferenceSource: Sendable {
  let value: JSONValue
  let layer: ByteString
  let node: Int
  let tensor: Int

  /// Reads a reference; nil if the value is not one.
  init?(_ value: JSONValue) {
    guard let parts = value.array, parts.count >= 3, let layer = parts[0].string,
      let node = parts[1].smallInteger,
      let tensor = parts[2].smallInteger, layer != "_CONSTANT_VALUE"
    else { return nil }
    self.value = value
    self.layer = layer
    self.node = node
    self.tensor = tensor
  }
}

import Arrays
import Bytes
import Comparison
import Elements
import HDF5
import LosslessJSON
import ModelGraph

extension KerasModel {
  /// The layers with their weights, and each group of other arrays, such as an optimizer's state.
  ///
  /// - Parameter type: what the weights are rounded to; nil to leave them as they are.
  func parts(roundedTo type: ElementType?) -> [ModelPart] {
    var collector = PartCollector(model: self, type: type)
    let root = architecture.document.root
    collector.add(
      graph, source: architecture.source, className: root["class_name"]?.string ?? "", root["config"],
      prefix: [])
    return collector.parts
  }

  /// The arrays that are no layer's, such as an optimizer's state.
  public var otherParts: [ModelPart] {
    let places = Set(layout.places)
    var arrays: [NamedArray] = []
    let contents = container.contents
    contents.tree.forEachDataset { path, dataset in
      if !places.contains(path) { arrays.append(contents.array(dataset, at: path)) }
    }
    return ModelPart.parts(of: arrays)
  }
}

private struct PartCollector {
  let model: KerasModel
  let type: ElementType?
  private let names: [Int: ByteString]
  private(set) var parts: [ModelPart] = []

  init(model: KerasModel, type: ElementType?) {
    self.model = model
    self.type = type
    names = WeightNames(of: model.graph).names
  }

  /// - Parameter configuration: the attributes of the model.
  mutating func add(
    _ graph: Graph, source: GraphSource, className: ByteString, _ configuration: JSONValue?,
    prefix: [ByteString]
  ) {
    let keys: [ByteString] = ["input_layers", "output_layers"]
    let description = ModelPart.Description(
      className: className, configuration: nil, connections: keys.map { configuration?[$0] },
      layers: graph.layers.filter { !$0.isImplicit }.map(\.name))
    parts.append(
      ModelPart(name: joined(prefix + ["(model)"]), description: description, arrays: []))
    for (index, layer) in graph.layers.enumerated() {
      let place = source.layers.indices.contains(index) ? source.layers[index] : nil
      let entry = place.flatMap { source.layerList.array?[$0.index] }
      add(layer, place: place, entry: entry, prefix: prefix + [layer.name])
    }
  }

  private mutating func add(_ layer: Layer, place: LayerSource?, entry: JSONValue?, prefix: [ByteString]) {
    guard !layer.isImplicit else { return }
    let core = layer.core
    let arrays = (core.variables ?? []).compactMap { array(of: $0) }
    let inner = core.body == nil ? nil : place?.body
    // A model inside the model has its own parts.
    let description = ModelPart.Description(
      className: entry?["class_name"]?.string ?? core.className,
      configuration: inner == nil ? entry?["config"] : nil, connections: [entry?["inbound_nodes"]])
    parts.append(ModelPart(name: joined(prefix), description: description, arrays: arrays))
    if let body = core.body, let inner {
      add(body, source: inner, className: core.className, place?.coreConfiguration, prefix: prefix)
    }
  }

  private func joined(_ names: [ByteString]) -> ByteString {
    ByteString(joining: names, separator: UInt8(ascii: "/"))
  }

  private func array(of variable: Variable) -> NamedArray? {
    guard case .stored(let number) = variable.value else { return nil }
    let content = model.container.contents.content(of: model.layout.datasets[number])
    return NamedArray(
      name: names[number] ?? variable.name, elementType: variable.elementType, shape: variable.shape,
      content: content
    ).rounded(to: type)
  }
}

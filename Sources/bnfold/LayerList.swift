import BatchNormFolding
import Bytes
import Elements

/// The layers of a model for people and for programs.
struct LayerList {
  let layers: [LayerDescription]

  func lines(for terminal: Terminal) -> [String] {
    var table = Table(["Layer", "Class", "Output shape", "Parameters"])
    for layer in layers {
      table.add([
        String(repeating: "  ", count: layer.depth) + layer.name.description, className(of: layer),
        layer.outputShape.map { describe($0) } ?? "?", grouped(layer.parameterCount),
      ])
    }
    return table.lines(for: terminal)
  }

  var json: JSONOutput {
    .array(
      layers.map { layer in
        .object([
          ("layer", .string(layer.path)), ("class", .string(layer.className)),
          ("wrapped_class", layer.wrappedClassName.map { .string($0) } ?? .null),
          ("output_shape", layer.outputShape.map(shape) ?? .null),
          ("parameters", .integer(layer.parameterCount)),
        ])
      })
  }

  private func shape(_ shape: PartialShape) -> JSONOutput {
    .array(shape.map { axis in axis.map { .integer($0) } ?? .null })
  }

  private func className(of layer: LayerDescription) -> String {
    layer.wrappedClassName.map { "\(layer.className)(\($0))" } ?? layer.className.description
  }
}

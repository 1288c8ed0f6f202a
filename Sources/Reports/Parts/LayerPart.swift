import BatchNormFolding
import Bytes
import Elements

/// The layers of a model, in a table.
package struct LayerPart: ReportPart {
  package let layers: [LayerDescription]

  package init(_ layers: [LayerDescription]) { self.layers = layers }

  /// Layers that are listed without being asked for.
  private static let few = 30

  package func lines(for style: TextStyle) -> [String] {
    guard !layers.isEmpty, layers.count <= Self.few || style.detail == .everything else { return [] }
    var table = Table(["Layer", "Class", "Output shape", "Parameters"])
    for layer in layers {
      table.add([
        String(repeating: "  ", count: layer.depth) + layer.name.description, className(of: layer),
        layer.outputShape.map { describe($0) } ?? "?", grouped(layer.parameterCount),
      ])
    }
    return [""] + table.lines(for: style)
  }

  package var members: [JSONOutput.Member] {
    let layers = layers.map { layer in
      JSONOutput.object([
        ("layer", .string(layer.path)), ("class", .string(layer.className)),
        ("wrapped_class", layer.wrappedClassName.json { .string($0) }),
        ("output_shape", layer.outputShape.json(shape)), ("parameters", .integer(layer.parameterCount)),
      ])
    }
    return [("layers", .array(layers))]
  }

  private func shape(_ shape: PartialShape) -> JSONOutput {
    .array(shape.map { axis in axis.json { .integer($0) } })
  }

  private func className(of layer: LayerDescription) -> String {
    layer.wrappedClassName.map { "\(layer.className)(\($0))" } ?? layer.className.description
  }
}

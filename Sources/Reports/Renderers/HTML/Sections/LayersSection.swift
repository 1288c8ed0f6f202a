import BatchNormFolding
import Bytes
import Elements

/// The layers of a model.
struct LayersSection: PageSection {
  static let anchor = "layers"
  static let title = "Layers"

  private let layers: [LayerDescription]

  init?(_ report: Report) {
    layers = report.part(LayerPart.self)?.layers ?? []
    if layers.isEmpty { return nil }
  }

  func markup(at place: PagePlace) -> Markup {
    let rows: [[Markup]] = layers.prefix(PageTable.mostRows).map { layer in
      let wrapped: Markup = layer.wrappedClassName.map { "(\($0))" } ?? ""
      return [
        "<code>\(layer.path)</code>", "\(layer.className)\(wrapped)",
        "\(layer.outputShape.map { describe($0) } ?? "?")", "\(grouped(layer.parameterCount))",
      ]
    }
    let table = PageTable(
      name: Self.title, headings: ["Layer", "Class", "Output shape", "Parameters"], numbers: [3])
    return """
      <details><summary>Show \(counted(layers.count, "layer"))</summary>
      \(table.markup(rows))\(PageTable.more(layers.count - rows.count, "layer"))</details>

      """
  }
}

import BatchNormFolding
import Bytes
import Elements

/// The tensors of weights without a graph.
struct TensorsSection: PageSection {
  static let anchor = "tensors"
  static let title = "Tensors"

  private let tensors: [TensorDescription]

  init?(_ report: Report) {
    tensors = report.part(TensorPart.self)?.tensors ?? []
    if tensors.isEmpty { return nil }
  }

  func markup(at place: PagePlace) -> Markup {
    let rows: [[Markup]] = tensors.prefix(PageTable.mostRows).map {
      [
        "<code>\($0.name)</code>", "\("\($0.elementType)")", "\(describe($0.shape))",
        "\(grouped($0.shape.elementCount))",
      ]
    }
    let table = PageTable(
      name: Self.title, headings: ["Tensor", "Type", "Shape", "Elements"], numbers: [3])
    return """
      <details><summary>Show \(counted(tensors.count, "tensor"))</summary>
      \(table.markup(rows))\(PageTable.more(tensors.count - rows.count, "tensor"))</details>

      """
  }
}

import Bytes
import Elements

/// The arrays that a model gave when it was run.
struct ArraysSection: PageSection {
  static let anchor = "arrays"
  static let title = "Outputs"

  private let part: ArraysPart

  init?(_ report: Report) {
    guard let part = report.part(ArraysPart.self) else { return nil }
    self.part = part
  }

  func markup(at place: PagePlace) -> Markup {
    let rows: [[Markup]] = part.outputs.prefix(PageTable.mostRows).map {
      ["<code>\($0.name)</code>", "\(describe($0.shape))", "\(part.type.map { "\($0)" } ?? "several types")"]
    }
    return PageTable(name: Self.title, headings: ["Output", "Shape", "Type"]).markup(rows)
      + PageTable.more(part.outputs.count - rows.count, "output")
  }
}

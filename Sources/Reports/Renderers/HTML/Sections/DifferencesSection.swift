import BatchNormFolding
import Bytes

/// What differs between two files.
struct DifferencesSection: PageSection {
  static let anchor = "differences"
  static let title = "Differences"

  private let difference: ModelDifference

  init?(_ report: Report) {
    guard let difference = report.part(DifferencePart.self)?.difference else { return nil }
    self.difference = difference
  }

  func markup(at place: PagePlace) -> Markup {
    let equal: Markup = "<p>\(difference.equalArrayWords) the same, bit for bit.</p>\n"
    guard !difference.isEmpty else { return equal }
    let rows: [[Markup]] = difference.entries.prefix(PageTable.mostRows).map {
      ["<code>\($0.shownName)</code>", "\($0.kind.change)", "\($0.kind.details)"]
    }
    return equal
      + PageTable(name: Self.title, headings: ["Layer or array", "Change", "What"]).markup(rows)
      + PageTable.more(difference.entries.count - rows.count, "difference")
  }
}

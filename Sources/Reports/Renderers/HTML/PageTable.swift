import Bytes

/// A table of text that scrolls in its own box where it is too wide.
struct PageTable {
  let name: String
  let headings: [String]
  /// Columns of numbers, from 0.
  var numbers: Set<Int> = []

  /// Rows that a page shows; the rest is in the data.
  static let mostRows = 1_000

  func markup(_ rows: [[Markup]]) -> Markup {
    let heads: [Markup] = headings.enumerated().map { "<th scope=\"col\"\(kind($0))>\($1)</th>" }
    let lines: [Markup] = rows.map { cells in
      let cells: [Markup] = cells.enumerated().map {
        $0 == 0 ? "<th scope=\"row\">\($1)</th>" : "<td\(kind($0))>\($1)</td>"
      }
      return "<tr>\(cells)</tr>\n"
    }
    return """
      <div class="scroll" tabindex="0" role="region" aria-label="\(name)"><table>
      <thead><tr>\(heads)</tr></thead>
      <tbody>
      \(lines)</tbody></table></div>

      """
  }

  private func kind(_ column: Int) -> Markup { numbers.contains(column) ? " class=\"number\"" : "" }

  /// A sentence for what is left out; empty where nothing is.
  static func more(_ count: Int, _ noun: String) -> Markup {
    count > 0
      ? "<p class=\"more\">And \(counted(count, "more \(noun)")), which the JSON report has.</p>\n" : ""
  }
}

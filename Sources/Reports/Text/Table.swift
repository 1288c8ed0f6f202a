/// Columns of text that fit where they are read.
package struct Table {
  let headings: [String]
  private(set) var rows: [[String]] = []

  package init(_ headings: [String]) { self.headings = headings }

  package mutating func add(_ row: [String]) { rows.append(row) }

  package var isEmpty: Bool { rows.isEmpty }

  /// Columns get no wider: a name of a megabyte in one row must not cost that in every other one.
  private static let widest = 160
  /// What a last column needs beside the others; with less it goes to a line of its own.
  private static let narrowest = 24
  private static let gap = "  "

  /// The lines; the last column is as wide as its text, or broken between words where the width is known.
  package func lines(for style: TextStyle) -> [String] {
    let widths = headings.indices.map { column in
      ([headings] + rows).map { min($0[column].displayWidth, Self.widest) }.max() ?? 0
    }
    return [style.styled(line(headings, widths), .bold)] + rows.flatMap { lines(of: $0, widths, style.width) }
  }

  private func lines(of cells: [String], _ widths: [Int], _ width: Int?) -> [String] {
    let whole = line(cells, widths)
    guard let width, whole.displayWidth > width, let last = cells.last, last.contains(" ") else {
      return [whole]
    }
    let others = line(Array(cells.dropLast()), widths)
    let column = widths.dropLast().reduce(0) { $0 + $1 + Self.gap.count }
    guard width - column >= Self.narrowest, others.displayWidth < column else {
      let indentation = "      "
      return [others] + Paragraph(last, width: width, first: indentation, rest: indentation).lines
    }
    let start = others + String(repeating: " ", count: column - others.displayWidth)
    return Paragraph(last, width: width, first: start, rest: String(repeating: " ", count: column)).lines
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var text = ""
    for (column, cell) in cells.enumerated() {
      let isEnd = cells[(column + 1)...].allSatisfy(\.isEmpty)
      let padding = String(repeating: " ", count: max(0, widths[column] - cell.displayWidth))
      text += isEnd ? cell : cell + padding + Self.gap
    }
    return text
  }
}

/// Columns of text for a terminal.
struct Table {
  private let headings: [String]
  private var rows: [[String]] = []

  init(_ headings: [String]) { self.headings = headings }

  mutating func add(_ row: [String]) { rows.append(row) }

  /// Columns get no wider: a name of a megabyte in one row must not cost that in every other one.
  private static let widest = 160

  /// The lines; the last column is as wide as its text.
  func lines(for terminal: Terminal) -> [String] {
    let widths = headings.indices.map { column in
      ([headings] + rows).map { min($0[column].count, Self.widest) }.max() ?? 0
    }
    func line(_ cells: [String]) -> String {
      var text = ""
      for (column, cell) in cells.enumerated() {
        let isEnd = cells[(column + 1)...].allSatisfy(\.isEmpty)
        text += isEnd ? cell : cell + String(repeating: " ", count: max(0, widths[column] - cell.count) + 2)
      }
      return text
    }
    return [terminal.styled(line(headings), .bold)] + rows.map(line)
  }
}

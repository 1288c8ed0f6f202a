/// The statistics that were estimated.
struct CalibrationSection: PageSection {
  static let anchor = "calibration"
  static let title = "Estimated statistics"

  private let part: CalibrationPart

  init?(_ report: Report) {
    guard let part = report.part(CalibrationPart.self) else { return nil }
    self.part = part
  }

  func markup(at place: PagePlace) -> Markup {
    let table = part.table
    let rows: [[Markup]] = table.rows.prefix(PageTable.mostRows).map { row in row.map { "\($0)" } }
    return "<p>\(part.summary)</p>\n" + PageTable(name: Self.title, headings: table.headings).markup(rows)
      + PageTable.more(table.rows.count - rows.count, "batch normalization")
  }
}

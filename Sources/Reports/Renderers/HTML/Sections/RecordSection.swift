import Bytes

/// What was done with which files, so that it can be done again.
struct RecordSection: PageSection {
  static let anchor = "record"
  static let title = "Record"

  private let report: Report

  init?(_ report: Report) { self.report = report }

  func markup(at place: PagePlace) -> Markup {
    let facts: [(name: String, value: String?)] = [
      ("Command", "bnfold \(report.command)"), ("Version", Report.version),
      ("Exit code", "\(report.exitCode)"), ("Seed", report.seed.map { "\($0)" }),
      ("Time", report.seconds.map(TextRenderer.words)),
    ]
    let items: [Markup] = facts.compactMap { fact in
      fact.value.map { "<dt>\(fact.name)</dt><dd>\($0)</dd>" }
    }
    return "<dl class=\"items\">\(items)</dl>\n" + files
  }

  private var files: Markup {
    let all = report.inputs.map { ("read", $0) } + report.outputs.map { ("written", $0) }
    guard !all.isEmpty else { return "" }
    let rows: [[Markup]] = all.prefix(PageTable.mostRows).map { use, file in
      let digest: Markup =
        file.digest.map { "<br><span class=\"soft\">sha256 <code>\($0)</code></span>" } ?? ""
      return [
        "\(ByteString(file.path))\(digest)", "\(file.role.rawValue), \(use)",
        "\(file.bytes.map { "\(grouped($0)) bytes" } ?? "")",
      ]
    }
    return PageTable(name: "Files", headings: ["File", "Role", "Size"], numbers: [2]).markup(rows)
      + PageTable.more(all.count - rows.count, "file")
  }
}

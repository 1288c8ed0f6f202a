import Bytes

/// A report for a pull request: the verdict, numbers, what stays and why.
package struct MarkdownRenderer: ReportRenderer {
  package static let needs: ReportNeeds = .kernelChanges

  package init() {}

  package func text(of document: ReportDocument) -> String {
    let blocks =
      document.isOfSeveral
      ? several(document)
      : document.reports.flatMap { [[headline($0)], verdict($0), numbers($0)] + findings([$0]) }
    return blocks.filter { !$0.isEmpty }.map { $0.map { $0 + "\n" }.joined() }.joined(separator: "\n")
  }

  private func several(_ document: ReportDocument) -> [[String]] {
    let mark = document.exitCode == 0 ? "✓" : "✗"
    var untimed = document
    untimed.seconds = nil
    let summary = MarkdownText.sentence(TextRenderer().summary(of: untimed))
    let rows = document.reports.map { report in
      MarkdownText.row([
        self.mark(report), title(report), MarkdownText.sentence(words(report)),
        report.seconds.map(TextRenderer.words) ?? "",
      ])
    }
    return [
      ["### \(mark) bnfold \(document.command): \(summary)"],
      MarkdownText.head(["", "Model", "Result", "Time"]) + rows,
    ] + findings(document.reports)
  }

  private func headline(_ report: Report) -> String {
    let title = title(report)
    return "### \(mark(report)) bnfold \(report.command)" + (title.isEmpty ? "" : ": \(title)")
  }

  private func mark(_ report: Report) -> String {
    if case .done = report.outcome { "✓" } else { "✗" }
  }

  private func title(_ report: Report) -> String {
    let names = report.inputs.filter { !$0.role.isCompanion }.map { MarkdownText.name($0.shownPath) }
    let output = report.outputs.first.map { " → " + MarkdownText.name($0.shownPath) } ?? ""
    return names.joined(separator: ", ") + output
  }

  private func verdict(_ report: Report) -> [String] {
    let verdict = report.verdict
    let failed: [String] = if case .failed(let objections) = report.outcome { objections } else { [] }
    return (verdict.isEmpty ? [] : [MarkdownText.sentence(verdict)])
      + (failed.isEmpty ? [] : [""] + failed.map { "- " + MarkdownText.sentence($0) })
  }

  private func words(_ report: Report) -> String {
    guard case .failed(let objections) = report.outcome else { return report.verdict }
    return ([report.verdict] + objections).filter { !$0.isEmpty }.joined(separator: "; ")
  }

  private func numbers(_ report: Report) -> [String] {
    let facts = folded(report) + report.facts
    guard !facts.isEmpty else { return [] }
    let time = report.seconds.map { [Fact("time", TextRenderer.words($0))] } ?? []
    return MarkdownText.head(["What", "Number"])
      + (facts + time).map {
        MarkdownText.row([MarkdownText.sentence($0.name), MarkdownText.sentence($0.value)])
      }
  }

  private func folded(_ report: Report) -> [Fact] {
    guard let part = report.part(LedgerPart.self) else { return [] }
    let (folded, all) = (part.ledger.folded.count, part.ledger.entries.count)
    let places = part.places.map { " (\($0))" } ?? ""
    return [Fact(part.verb, "\(grouped(folded)) of \(counted(all, "batch normalization"))\(places)")]
  }

  private func findings(_ reports: [Report]) -> [[String]] {
    let rows = FindingGroup.groups(of: reports) { $0.parts.flatMap(\.findings) }.map { group in
      let finding = group.example
      let file = reports.count > 1 ? group.subject.map { MarkdownText.name($0.shownPath) } : nil
      let place = [finding.layer.map { MarkdownText.name($0.description) }, file].compactMap(\.self)
      return MarkdownText.row([
        grouped(group.count), finding.level.rawValue, MarkdownText.name(finding.code),
        place.joined(separator: " in "), MarkdownText.sentence(finding.detail),
        MarkdownText.sentence(finding.advice ?? ""),
      ])
    }
    let notes = reports.flatMap(\.notes).map { "- " + MarkdownText.sentence($0) }
    return [
      rows.isEmpty
        ? [] : MarkdownText.head(["Number", "Level", "Code", "For instance", "Why", "What to do"]) + rows,
      notes,
    ]
  }
}

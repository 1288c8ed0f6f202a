import Bytes

/// A table of all models, when there are several.
struct Overview {
  private let document: ReportDocument

  init(_ document: ReportDocument) { self.document = document }

  /// Rows; the rest is in the data.
  private static let mostRows = 2_000

  var markup: Markup {
    let reports = document.reports
    let rows = reports.prefix(Self.mostRows).enumerated().map { Self.row($1, number: $0 + 1) }
    let summary = TextRenderer().summary(of: document)
    return """
      <section class="overview" aria-labelledby="overview">
      <h2 id="overview">Overview</h2>
      <p>\(summary)</p>
      <div class="scroll" tabindex="0" role="region" aria-labelledby="overview"><table>
      <thead><tr><th scope="col">Model</th><th scope="col">Result</th>\
      <th scope="col" class="number">Folded</th><th scope="col" class="number">Time</th></tr></thead>
      <tbody>
      \(rows)</tbody></table></div>
      \(PageTable.more(reports.count - rows.count, "model"))</section>

      """
  }

  private static func row(_ report: Report, number: Int) -> Markup {
    let verdict = PageVerdict(report)
    let ledger = report.part(LedgerPart.self)?.ledger
    let folded = ledger.map { "\(grouped($0.folded.count)) of \(grouped($0.entries.count))" } ?? ""
    return """
      <tr><th scope="row"><a href="#\(PagePlace(number: number).start)">\(ReportTitle(report).markup)</a></th>\
      <td>\(verdict?.tone.icon ?? "") \(verdict?.word ?? "done")</td><td class="number">\(folded)</td>\
      <td class="number">\(report.seconds.map(TextRenderer.words) ?? "")</td></tr>

      """
  }
}

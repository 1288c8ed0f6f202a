import Bytes

/// A report for people: the result first, then numbers, what stays and why, details.
///
/// Why something failed is not in it: that is the last line, on standard error.
package struct TextRenderer: ReportRenderer {
  private let style: TextStyle

  package init() { self.init(TextStyle()) }

  package init(_ style: TextStyle) { self.style = style }

  package func text(of document: ReportDocument) -> String {
    let lines =
      document.isOfSeveral
      ? document.reports.map(line) + [summary(of: document)] : document.reports.flatMap(lines)
    return lines.map { $0 + "\n" }.joined()
  }

  /// One report.
  package func lines(_ report: Report) -> [String] {
    if case .error = report.outcome { return [] }
    if let printed = report.part(PrintedPart.self) { return printed.lines(for: style) }
    guard style.detail != .verdict else { return [line(report)] }
    let parts = report.parts.flatMap { $0.lines(for: style) }
    let notes = report.notes.flatMap {
      Paragraph("note: \($0)", width: style.paragraphWidth, first: "  ", rest: "    ").lines
    }
    return [headline(report)] + parts + notes + hints(report)
  }

  /// One report in one line.
  package func line(_ report: Report) -> String {
    let what =
      if case .error = report.outcome { report.verdict } else { "\(report.title): \(report.verdict)" }
    return "\(mark(report)) \(what)" + (report.seconds.map { "  " + Self.words($0) } ?? "")
  }

  /// How many ended in which way.
  package func summary(of document: ReportDocument) -> String {
    let codes = Dictionary(grouping: document.reports.map(\.exitCode), by: { $0 }).mapValues(\.count)
    let done = codes[0, default: 0]
    let others = codes.filter { $0.key != 0 }.sorted { $0.key < $1.key }.map { code, count in
      code == 1 ? "\(grouped(count)) failed" : "\(grouped(count)) with errors (exit code \(code))"
    }
    let seconds = document.seconds.map { "  " + Self.words($0) } ?? ""
    let rest = document.notBegun == 0 ? [] : ["\(grouped(document.notBegun)) not begun"]
    let count = document.reports.count + document.notBegun
    let words = ["\(grouped(done)) of \(counted(count, "model")) done"] + others + rest
    return words.joined(separator: ", ") + seconds
  }

  private func headline(_ report: Report) -> String {
    let isMarked =
      !report.outputs.isEmpty || report.exitCode != 0 || report.part(DryRunPart.self) != nil
    let title = (isMarked ? "\(mark(report)) " : "") + style.styled(report.title, .bold)
    let width = report.title.displayWidth + (isMarked ? 2 : 0)
    guard let seconds = report.seconds, style.detail == .everything || !report.outputs.isEmpty else {
      return title
    }
    let time = Self.words(seconds)
    let gap = max(2, min(style.width ?? 80, 80) - width - time.count)
    return title + String(repeating: " ", count: gap) + time
  }

  private func mark(_ report: Report) -> String {
    switch report.outcome {
    case .done: style.styled("✓", .green)
    case .failed, .error: style.styled("✗", .red)
    }
  }

  private func hints(_ report: Report) -> [String] {
    guard style.detail == .summary, style.listed == nil, let part = report.part(LedgerPart.self),
      !part.ledger.kept.isEmpty || part.ledger.entries.count > 1
    else { return [] }
    return [style.styled("  --all for every layer   --report html=report.html to look at it", .faint)]
  }

  /// For instance 0.21 s, 2.0 s, 1 min 12 s.
  static func words(_ seconds: Double) -> String {
    if seconds < 1 { return "\(fixed(seconds, digits: 2)) s" }
    if seconds < 60 { return "\(fixed(seconds, digits: 1)) s" }
    return "\(Int(seconds) / 60) min \(Int(seconds) % 60) s"
  }
}

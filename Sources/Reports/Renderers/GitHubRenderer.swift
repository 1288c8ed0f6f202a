import Bytes

/// A report as annotations of a workflow of GitHub, one for each kind of finding: it shows ten of a level.
///
/// Source: GitHub, "Workflow commands for GitHub Actions"; the escapes are those of its toolkit (`core/src/command.ts`).
package struct GitHubRenderer: ReportRenderer {
  package static let needs: ReportNeeds = .kernelChanges

  package init() {}

  package func text(of document: ReportDocument) -> String {
    document.reports.flatMap(lines).map { $0 + "\n" }.joined()
  }

  private func lines(_ report: Report) -> [String] {
    let groups = FindingGroup.groups(of: [report], \.problems).map { group in
      let advice = group.example.advice.map { "; what to do: \($0)" } ?? ""
      return line(
        Self.command(group.example.level), report, title: ": \(group.example.code)", group.words + advice)
    }
    guard case .done = report.outcome, !report.verdict.isEmpty else { return groups }
    return [line("notice", report, title: "", report.verdict)] + groups
  }

  private func line(_ command: String, _ report: Report, title: String, _ message: String) -> String {
    let file = report.subject.map { "file=\(Self.property($0.path))," } ?? ""
    let title = "title=" + Self.property("bnfold \(report.command)\(title)")
    return "::\(command) \(file)\(title)::\(Self.data(Self.shortened(message)))"
  }

  private static func command(_ level: Finding.Level) -> String {
    switch level {
    case .error: "error"
    case .warning: "warning"
    case .note: "notice"
    }
  }

  /// Characters of a message; GitHub takes 64 kB of one.
  private static let longest = 4000

  private static func shortened(_ message: String) -> String {
    message.count <= longest ? message : message.prefix(longest) + "…"
  }

  static func data(_ text: String) -> String { escaped(text, "%\r\n") }

  static func property(_ text: String) -> String { escaped(text, "%\r\n:,") }

  private static func escaped(_ text: String, _ special: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      guard special.unicodeScalars.contains(scalar) else {
        result.unicodeScalars.append(scalar)
        continue
      }
      let digits = String(scalar.value, radix: 16, uppercase: true)
      result += "%" + (digits.count < 2 ? "0" : "") + digits
    }
    return result
  }
}

/// A report as Code Quality of GitLab: the findings, each with a fingerprint that two branches are compared by.
///
/// Source: GitLab, "Code Quality report format".
package struct GitLabRenderer: ReportRenderer {
  package static let needs: ReportNeeds = .kernelChanges

  package init() {}

  package func text(of document: ReportDocument) -> String {
    var fingerprints = Fingerprints()
    let issues = document.reports.flatMap { report in
      let path = Self.path(report)
      return report.problems.map { finding in
        Self.issue(finding, in: path, fingerprints.next(for: finding, in: path))
      }
    }
    return JSONOutput.array(issues).serialized() + "\n"
  }

  /// The file; where there is none, the program takes its place, since GitLab wants one.
  private static func path(_ report: Report) -> String {
    guard let path = report.subject?.path else { return "bnfold" }
    return path.hasPrefix("./") ? String(path.dropFirst(2)) : path
  }

  private static func issue(_ finding: Finding, in path: String, _ fingerprint: Fingerprint) -> JSONOutput {
    let advice = finding.advice.map { "; what to do: \($0)" } ?? ""
    return .object([
      ("description", .text(finding.sentence + advice)), ("check_name", .text(finding.code)),
      ("fingerprint", .text(fingerprint.digits)), ("severity", .text(severity(finding.level))),
      // A model has no lines, and GitLab wants one.
      ("location", .object([("path", .text(path)), ("lines", .object([("begin", .integer(1))]))])),
    ])
  }

  private static func severity(_ level: Finding.Level) -> String {
    switch level {
    case .error: "critical"
    case .warning: "major"
    case .note: "info"
    }
  }
}

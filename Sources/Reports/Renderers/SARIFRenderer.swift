/// A report as results of an analysis: SARIF 2.1.0, which code scanning and editors read.
///
/// Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0 Plus Errata 01; what GitHub wants
/// beyond it is in its "SARIF support for code scanning".
package struct SARIFRenderer: ReportRenderer {
  package static let needs: ReportNeeds = [.digests, .kernelChanges]

  package init() {}

  private static let schema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

  package func text(of document: ReportDocument) -> String {
    JSONOutput.object([
      ("$schema", .text(Self.schema)), ("version", .text("2.1.0")), ("runs", .array([run(document)])),
    ]).serialized() + "\n"
  }

  private func run(_ document: ReportDocument) -> JSONOutput {
    var results = SARIFResults()
    for report in document.reports { results.add(report) }
    let driver: [JSONOutput.Member] = [
      ("name", .text("bnfold")), ("version", .text(Report.version)), ("rules", .array(results.rules)),
    ]
    return .object([
      ("tool", .object([("driver", .object(driver))])),
      ("automationDetails", .object([("id", .text("bnfold/\(document.command)/"))])),
      ("invocations", .array([invocation(document, results.notifications)])),
      ("artifacts", .array(SARIFArtifacts(document).json)), ("results", .array(results.json)),
    ])
  }

  private func invocation(_ document: ReportDocument, _ notifications: [JSONOutput]) -> JSONOutput {
    let hasError = document.reports.contains { if case .error = $0.outcome { true } else { false } }
    return .object([
      ("executionSuccessful", .boolean(!hasError)), ("exitCode", .integer(Int(document.exitCode))),
      ("toolExecutionNotifications", .array(notifications)),
    ])
  }
}

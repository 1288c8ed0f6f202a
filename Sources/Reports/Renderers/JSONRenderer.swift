import Bytes

/// A report for programs; `docs/schema/report-1.json` says what its members mean.
package struct JSONRenderer: ReportRenderer {
  /// The number of the schema, which changes when a member goes or gets another meaning.
  package static let schema = 1

  package static let needs: ReportNeeds = [.digests, .kernelChanges]

  package init() {}

  package func text(of document: ReportDocument) -> String { json(document).serialized() + "\n" }

  /// One report as an object; several as the list of them, and how many ended in which way.
  package func json(_ document: ReportDocument) -> JSONOutput {
    let header: [JSONOutput.Member] = [
      ("schema", .integer(Self.schema)), ("command", .text(document.command)),
      ("version", .text(Report.version)),
    ]
    guard document.isOfSeveral else {
      return .object(header + (document.reports.first.map(Self.members) ?? []))
    }
    let count = { (isCounted: (Report) -> Bool) in
      JSONOutput.integer(document.reports.count(where: isCounted))
    }
    return .object(
      header + [
        ("exit_code", .integer(Int(document.exitCode))), ("seconds", document.seconds.json { .number($0) }),
        (
          "models",
          .object([
            ("all", .integer(document.reports.count + document.notBegun)),
            ("done", count { $0.exitCode == 0 }),
            ("failed", count { $0.exitCode == 1 }), ("errors", count { $0.exitCode > 1 }),
            ("not_begun", .integer(document.notBegun)),
          ])
        ), ("reports", .array(document.reports.map { .object(Self.members($0)) })),
      ])
  }

  private static func members(_ report: Report) -> [JSONOutput.Member] {
    let common: [JSONOutput.Member] = [
      ("outcome", .text(outcome(report))), ("exit_code", .integer(Int(report.exitCode))),
      ("objections", .array(objections(report).map { .text($0) })), ("error", error(report).json(\.json)),
      ("inputs", .array(report.inputs.map(\.json))), ("outputs", .array(report.outputs.map(\.json))),
      ("seconds", report.seconds.json { .number($0) }),
      ("seed", report.seed.json(JSONOutput.exact)),
    ]
    return common + report.parts.flatMap(\.members) + [
      ("findings", .array(report.findings.map(\.json))), ("notes", .array(report.notes.map { .text($0) })),
    ]
  }

  private static func outcome(_ report: Report) -> String {
    switch report.outcome {
    case .done: "done"
    case .failed: "failed"
    case .error: "error"
    }
  }

  private static func objections(_ report: Report) -> [String] {
    if case .failed(let objections) = report.outcome { objections } else { [] }
  }

  private static func error(_ report: Report) -> ReportedError? {
    if case .error(let error) = report.outcome { error } else { nil }
  }
}

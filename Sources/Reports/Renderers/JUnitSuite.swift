import BatchNormFolding
import Bytes

/// The tests of one report: the command itself, its check, each batch normalization, and what else was found.
struct JUnitSuite {
  let cases: [JUnitCase]
  private let report: Report

  init(_ report: Report) {
    self.report = report
    cases =
      [Self.command(report)] + Self.check(report) + Self.batchNormalizations(report)
      + Self.others(report)
  }

  var lines: [String] {
    let name = report.subject?.shownPath ?? "bnfold \(report.command)"
    // Jenkins takes what is before the last point for a package.
    let className = "bnfold.\(report.command)." + name.split(separator: ".").joined(separator: "_")
    let attributes =
      XMLText.attribute("name", name) + JUnitRenderer.counts(of: cases, hasSkipped: true)
      + JUnitRenderer.time(report.seconds)
    return ["  <testsuite\(attributes)>"] + properties + cases.flatMap { $0.lines(in: className) } + output
      + ["  </testsuite>"]
  }

  private var properties: [String] {
    let values =
      [Fact("version", Report.version)] + report.facts
      + (report.seed.map { [Fact("seed", "\($0)")] } ?? [])
    return ["    <properties>"]
      + values.map {
        "      <property" + XMLText.attribute("name", $0.name) + XMLText.attribute("value", $0.value) + "/>"
      } + ["    </properties>"]
  }

  private var output: [String] {
    let notes = Self.otherFindings(report).filter { $0.level == .note }.map(\.sentence) + report.notes
    let lines = ([report.verdict] + notes).filter { !$0.isEmpty }
    guard !lines.isEmpty else { return [] }
    return ["    <system-out>\(XMLText.content(lines.joined(separator: "\n")))</system-out>"]
  }

  private static func command(_ report: Report) -> JUnitCase {
    let name = "bnfold \(report.command)"
    return switch report.outcome {
    case .done: JUnitCase(name)
    case .failed(let objections):
      JUnitCase(
        name, .failure, Report.objection, objections.joined(separator: "; "), details: objections)
    case .error(let error):
      JUnitCase(name, .error, error.kind, error.message, details: error.advice.map { [$0] } ?? [])
    }
  }

  private static func check(_ report: Report) -> [JUnitCase] {
    guard let part = report.part(CheckPart.self) else { return [] }
    guard let found = part.report else {
      return [JUnitCase("check", .skipped, "not-checked", "not checked, as --skip-check asks")]
    }
    guard !found.passed else { return [JUnitCase("check")] }
    return [
      JUnitCase(
        "check", objectionable(report), found.verdict.rawValue, "\(found)",
        details: found.differences.map { "\($0)" })
    ]
  }

  private static func batchNormalizations(_ report: Report) -> [JUnitCase] {
    guard let ledger = report.part(LedgerPart.self)?.ledger else { return [] }
    return ledger.entries.map { entry in
      guard case .kept(let refusal, let forwards) = entry.outcome else {
        return JUnitCase(entry.layer.description)
      }
      let advice = "what to do: \(refusal.code.advice)"
      return JUnitCase(
        entry.layer.description, .skipped, refusal.code.rawValue, refusal.reason,
        details: [advice] + (forwards.map { ["forwards: \($0)"] } ?? []))
    }
  }

  /// What is found twice in the same place is one test, since tests are told apart by their names.
  private static func others(_ report: Report) -> [JUnitCase] {
    var cases: [JUnitCase] = []
    var places: [String: Int] = [:]
    for finding in otherFindings(report) where finding.level != .note {
      let name = finding.layer.map { "\(finding.code): \($0)" } ?? finding.code
      if let place = places[name] {
        cases[place].details.append(finding.message)
      } else {
        places[name] = cases.count
        cases.append(
          JUnitCase(
            name, finding.level == .error ? objectionable(report) : .skipped, finding.code, finding.message,
            details: finding.advice.map { ["what to do: \($0)"] } ?? []))
      }
    }
    return cases
  }

  private static func otherFindings(_ report: Report) -> [Finding] {
    report.parts.filter { !($0 is LedgerPart) && !($0 is CheckPart) }.flatMap(\.findings)
      + report.parts.filter { $0 is CheckPart }.flatMap(\.findings).filter { $0.level != .error }
  }

  /// What is wrong fails a build where the command fails, and only there.
  private static func objectionable(_ report: Report) -> JUnitCase.Result {
    if case .done = report.outcome { .skipped } else { .failure }
  }
}

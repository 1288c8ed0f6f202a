import BatchNormFolding
import Bytes

/// What a report has to hold, beside the verdict.
package struct Gates: Sendable {
  private let conditions: [FailCondition]
  /// How far outputs may be apart in float32, relative to the largest value; nil for any distance.
  private let largestDifference: Double?
  private let baseline: Baseline?

  package init(conditions: [FailCondition], largestDifference: Double?, baseline: Baseline?) {
    (self.conditions, self.largestDifference, self.baseline) = (conditions, largestDifference, baseline)
  }

  /// Why a report does not hold; empty where it does.
  package func objections(to report: Report) -> [String] {
    let known = baseline?.findings(of: report)
    let isKnown = { (finding: Finding) in known?.contains(Baseline.Entry(finding)) ?? false }
    return conditions.compactMap { $0.objection(to: report, isKnown: isKnown) }
      + (conditions.isEmpty ? unknown(report, isKnown) : []) + distance(report)
  }

  /// Findings that are not in the baseline, where nothing else says which ones count.
  private func unknown(_ report: Report, _ isKnown: (Finding) -> Bool) -> [String] {
    guard baseline != nil else { return [] }
    let findings = report.findings.filter { $0.isCounted && !isKnown($0) }
    guard let first = findings.first else { return [] }
    let place = first.layer.map { " at \($0)" } ?? ""
    let are = findings.count == 1 ? "is" : "are"
    return ["\(counted(findings.count, "finding")) \(are) not in the baseline, such as \(first.code)\(place)"]
  }

  private func distance(_ report: Report) -> [String] {
    guard let largestDifference else { return [] }
    guard let check = report.part(CheckPart.self)?.report, case .run(let outputs) = check.runs else {
      return ["the models were not run, and --max-difference asks how far they are apart"]
    }
    let seen = outputs.filter { !$0.isBeforeActivation }
    if let far = seen.first(where: { $0.emptiness == nil && !($0.difference <= largestDifference) }) {
      return [
        """
        the output \(far.name) is off by \(scientific(far.difference)) of its largest value, and \
        \(scientific(largestDifference)) is allowed
        """
      ]
    }
    // An output that shows nothing on any input is not near.
    let shown = Set(seen.filter { $0.emptiness == nil }.map(\.output))
    return seen.first { !shown.contains($0.output) }.map {
      [
        "the output \($0.name) shows nothing (\($0.emptiness ?? "")), and --max-difference asks how far it is off"
      ]
    } ?? []
  }
}

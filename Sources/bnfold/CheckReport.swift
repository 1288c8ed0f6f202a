import BatchNormFolding
import Tensor

/// The report of the check for people and for programs.
struct CheckReport {
  let report: EquivalenceReport

  func lines(for terminal: Terminal) -> [String] {
    let verdict =
      report.passed
      ? terminal.styled(report.isComplete ? "equal" : "equal as far as it could be checked", .green)
      : terminal.styled("NOT EQUAL", .red)
    return ["Check: \(verdict)"] + foldLines() + wholeModelLines()
  }

  private func foldLines() -> [String] {
    guard !report.folds.isEmpty else { return [] }
    let equal = report.folds.filter(\.passed)
    var lines: [String] = []
    if let worst = equal.max(by: { $0.largestError < $1.largestError }) {
      lines.append(
        """
          each fold on its own: \(equal.count) of \(report.folds.count) equal; \
        largest error \(fixed(worst.largestError, digits: 2)) ulp (\(worst.layer), channel \(worst.channel); \
        rounding explains \(fixed(worst.tolerance, digits: 2)))
        """)
    }
    let subnormal = report.folds.filter { $0.subnormalWeights > 0 }
    if let first = subnormal.first {
      let count = subnormal.reduce(0) { $0 + $1.subnormalWeights }
      lines.append(
        """
          subnormal weights: \(grouped(count)) in \(subnormal.count) folded layers, the first \(first.layer); \
        equal, but slow on many processors
        """)
    }
    for fold in report.folds where !fold.passed {
      let what =
        fold.obstacle
        ?? "\(fixed(fold.largestError, digits: 2)) ulp in channel \(fold.channel), more than \(fixed(fold.tolerance, digits: 2))"
      lines.append("  \(fold.layer): \(what)")
    }
    return lines
  }

  private func wholeModelLines() -> [String] {
    switch report.wholeModel {
    case .notPossible(let why):
      return ["  whole model: not run, since \(why)", "  all other layers: unchanged, weights bit for bit"]
    case .different(let how): return ["  whole model: \(how)"]
    case .compared(let outputs):
      return outputs.map { output in
        let place = "output \(output.output)\(output.isBeforeActivation ? " before its activation" : "")"
        return """
            whole model, \(output.arithmetic), \(place): largest difference \(scientific(output.relativeError)) \
          of the largest value\(output.passed ? "" : ", NOT EQUAL") (tolerance \(scientific(output.tolerance)))
          """
      }
    }
  }

  var json: JSONOutput {
    let folds = report.folds.map { fold in
      JSONOutput.object([
        ("layer", .string(fold.layer)), ("largest_error_ulp", .number(fold.largestError)),
        ("channel", .integer(fold.channel)), ("tolerance_ulp", .number(fold.tolerance)),
        ("subnormal_weights", .integer(fold.subnormalWeights)),
        ("passed", .boolean(fold.passed)), ("obstacle", fold.obstacle.map { .text($0) } ?? .null),
      ])
    }
    return .object([
      ("passed", .boolean(report.passed)), ("complete", .boolean(report.isComplete)),
      ("folds", .array(folds)),
      ("whole_model", wholeModelJSON),
    ])
  }

  private var wholeModelJSON: JSONOutput {
    switch report.wholeModel {
    case .notPossible(let why): return .object([("outcome", .text("not-possible")), ("reason", .text(why))])
    case .different(let how): return .object([("outcome", .text("different")), ("reason", .text(how))])
    case .compared(let outputs):
      let list = outputs.map { output in
        JSONOutput.object([
          ("output", .integer(output.output)), ("arithmetic", .text("\(output.arithmetic)")),
          ("before_activation", .boolean(output.isBeforeActivation)),
          ("relative_error", .number(output.relativeError)), ("tolerance", .number(output.tolerance)),
          ("passed", .boolean(output.passed)),
        ])
      }
      return .object([("outcome", .text("compared")), ("outputs", .array(list))])
    }
  }
}

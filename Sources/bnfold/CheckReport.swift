import BatchNormFolding
import Bytes

/// The report of the check for people and for programs.
struct CheckReport {
  let report: EquivalenceReport

  /// Differences that are listed; the rest is counted.
  private static let shownDifferences = 8

  func lines(for terminal: Terminal) -> [String] {
    ["Check: \(verdict(for: terminal))"] + proofLines + differenceLines + runLines + subnormalLines
  }

  private func verdict(for terminal: Terminal) -> String {
    let words = report.verdict.description
    return report.passed ? terminal.styled(words, .green) : terminal.styled(words.uppercased(), .red)
  }

  private var proofLines: [String] {
    let extent = "\(counted(report.extent.calls, "layer call")), \(counted(report.extent.weights, "weight"))"
    var lines: [String] = []
    switch report.verdict {
    case .equal:
      let what =
        report.extent.hasFloat64
        ? "each is the exact value, in float64 to within some units in the last place"
        : "each is the exact value, rounded once"
      lines = ["  proven: \(extent);", "    \(what)"]
    case .equalWithinFloat32:
      let layers = report.unroundedLayers
      lines = [
        "  proven: \(extent); the fold was computed in float32",
        "  not rounded once: \(counted(layers.count, "layer"))\(layers.first.map { ", the first \($0)" } ?? "")",
      ]
    case .different, .notProven: break
    }
    if report.passed, report.extent.carriedWeights > 0 {
      lines.append(
        "  not compared: \(counted(report.extent.carriedWeights, "weight")) of types that are copied unread")
    }
    if report.isReversed {
      lines.append("  given in the wrong order: the second model is the original, the first one is folded")
    }
    return lines
  }

  private var differenceLines: [String] {
    var lines = report.differences.prefix(Self.shownDifferences).map { "  \($0)" }
    let rest = report.differences.count - lines.count
    if rest > 0 { lines.append("  and \(counted(rest, "more difference"))") }
    return lines
  }

  private var runLines: [String] {
    switch report.runs {
    case .notRun(let why): return ["  not run: \(why)"]
    case .run(let outputs):
      var lines: [String] = []
      var inputs: String?
      // What is before a final activation is for programs: a line for each output is enough to read.
      for output in outputs where !output.isBeforeActivation {
        if output.inputs != inputs { lines.append("  run in float32 on inputs \(output.inputs):") }
        inputs = output.inputs
        lines.append("    output \(output.output) \(output)")
      }
      return lines
    }
  }

  private var subnormalLines: [String] {
    let weights = report.subnormalWeights
    guard weights.count > 0, let first = weights.layers.first else { return [] }
    return [
      """
        subnormal weights: \(grouped(weights.count)) in \(counted(weights.layers.count, "folded layer")), the first \
      \(first); equal, but slow on many processors
      """
    ]
  }

  var json: JSONOutput {
    .object([
      ("passed", .boolean(report.passed)), ("complete", .boolean(report.isComplete)),
      ("verdict", .text(report.verdict.rawValue)), ("reversed", .boolean(report.isReversed)),
      ("layer_calls", .integer(report.extent.calls)), ("weights", .integer(report.extent.weights)),
      ("weights_not_compared", .integer(report.extent.carriedWeights)),
      ("differences", .array(report.differences.map(json))),
      ("layers_not_rounded_once", .array(report.unroundedLayers.map { .string($0) })),
      ("runs", runsJSON),
      ("subnormal_weights", .integer(report.subnormalWeights.count)),
    ])
  }

  private func json(_ difference: Difference) -> JSONOutput {
    .object([
      ("layer", .string(difference.layer)), ("subject", .text(difference.subject)),
      ("place", difference.place.map { .text($0) } ?? .null), ("expected", .text(difference.expected)),
      ("found", .text(difference.found)), ("ulps", difference.ulps.map { .number($0) } ?? .null),
      ("count", .integer(difference.count)), ("is_difference", .boolean(difference.isDifference)),
    ])
  }

  private var runsJSON: JSONOutput {
    switch report.runs {
    case .notRun(let why): return .object([("outcome", .text("not-run")), ("reason", .text(why))])
    case .run(let outputs):
      let list = outputs.map { output in
        JSONOutput.object([
          ("output", .integer(output.output)), ("inputs", .text(output.inputs)),
          ("before_activation", .boolean(output.isBeforeActivation)),
          ("difference", .number(output.difference)), ("own_rounding", .number(output.ownRounding)),
          ("exact_difference", output.exactDifference.map { .number($0) } ?? .null),
          ("shows_nothing", output.emptiness.map { .text($0) } ?? .null),
        ])
      }
      return .object([("outcome", .text("run")), ("outputs", .array(list))])
    }
  }
}

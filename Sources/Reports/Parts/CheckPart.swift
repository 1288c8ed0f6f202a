import BatchNormFolding
import Bytes
import Diagnosis

/// What the check found: the verdict, what differs, and what running both models shows.
package struct CheckPart: ReportPart {
  /// Nil where the check was not wanted.
  package let report: EquivalenceReport?

  /// Whether it is good enough, although it may not be proven.
  private let isAccepted: Bool

  /// - Parameter isAccepted: whether the user takes it as it is; nil if only what is proven counts.
  package init(_ report: EquivalenceReport?, isAccepted: Bool? = nil) {
    self.report = report
    self.isAccepted = isAccepted ?? report?.passed ?? true
  }

  package func lines(for style: TextStyle) -> [String] {
    guard let report else { return ["\(style.styled("!", .yellow)) not checked, as --skip-check asks"] }
    let isTaken = isAccepted && !report.passed
    let mark =
      report.passed
      ? style.styled("✓", report.verdict == .equal ? .green : .yellow)
      : isTaken ? style.styled("!", .yellow) : style.styled("✗", .red)
    let verdict =
      report.passed
      ? report.verdict.description
      : isTaken
        ? report.verdict == .sampled
          ? "\(report.verdict), and accepted"
          : "\(report.verdict), and accepted as it agrees where it was run"
        : report.verdict.description.uppercased()
    let words = proof(report).map { "\(verdict): \($0)\(Self.unread(report))" } ?? verdict
    let first = Paragraph(words, width: style.paragraphWidth - 2, rest: "  ").lines
    return ["\(mark) \(first[0])"] + first.dropFirst()
      + (details(report) + differences(report) + ComparedOutputs(report.runs).lines(for: style)).flatMap {
        Paragraph($0, width: style.paragraphWidth, first: "  ", rest: "    ").lines
      }
  }

  func proof(_ report: EquivalenceReport) -> String? {
    let extent =
      "\(counted(report.extent.calls, "layer call")) and \(counted(report.extent.weights, "weight"))"
    switch report.verdict {
    case .equal:
      let exact =
        report.extent.hasFloat64
        ? "proven, \(extent), each the exact value, in float64 to within some units in the last place"
        : "proven, \(extent), each the exact value, rounded once"
      let hidden = report.hiddenDifferences.count
      return hidden == 0 ? exact : "\(exact), but in \(counted(hidden, "channel")) that no output depends on"
    case .equalWithinFloat32: return "proven, \(extent); the fold was computed in float32"
    case .sampled: return "not proven, but both give the same within rounding on what they were run on"
    case .different, .notProven: return nil
    }
  }

  private func details(_ report: EquivalenceReport) -> [String] {
    var lines: [String] = []
    if report.verdict == .equalWithinFloat32 {
      let layers = report.unroundedLayers
      lines.append(
        "not rounded once: \(counted(layers.count, "layer"))\(layers.first.map { ", the first \($0)" } ?? "")"
      )
    }
    if report.passed, report.extent.carriedWeights > 0 {
      lines.append(
        "not compared: \(counted(report.extent.carriedWeights, "weight")) of types that are copied unread")
    }
    if report.passed, report.extent.unreadWeights > 0 {
      lines.append(
        "without effect: \(counted(report.extent.unreadWeights, "weight")) of layers that no output depends on"
      )
    }
    lines += (hidden(report) + unread(report)).map { "without effect: \($0.message)" }
    lines += EndPairs(report.ends).lines
    if report.isReversed {
      lines.append("given in the wrong order: the second model is the original, the first one is folded")
    }
    lines += nonFinite(report).map { "not finite: \($0.message)" }
    let subnormal = report.subnormalWeights
    if subnormal.count > 0, let first = subnormal.layers.first {
      lines.append(
        """
        subnormal weights: \(grouped(subnormal.count)) in \(counted(subnormal.layers.count, "folded layer")), the first \
        \(first); equal, but slow on many processors
        """)
    }
    return lines
  }

  /// Differences that are listed; the rest is counted.
  private static let shownDifferences = 8

  private func differences(_ report: EquivalenceReport) -> [String] {
    var lines = report.differences.prefix(Self.shownDifferences).map { "\($0)" }
    let rest = report.differences.count - lines.count
    if rest > 0 { lines.append("and \(counted(rest, "more difference"))") }
    return lines
  }

  /// The code of folded weights that are subnormal numbers.
  static let subnormalWeights = "subnormal-weights"

  /// The code of weights that are not the exact values, to no effect.
  static let hiddenDifferences = "hidden-differences"

  /// The code of layers that no output depends on, and that are not those of the original.
  static let unreadDifferences = "unread-differences"

  package var findings: [Finding] {
    guard let report else { return [] }
    let differences = report.differences.map { difference in
      Finding(
        .error, report.verdict.rawValue, layer: difference.layer.isEmpty ? nil : difference.layer,
        "\(difference)")
    }
    let subnormal = report.subnormalWeights
    let others = differences + hidden(report) + unread(report) + nonFinite(report)
    guard subnormal.count > 0 else { return others }
    return others + [
      Finding(
        .note, Self.subnormalWeights, layer: subnormal.layers.first,
        "\(counted(subnormal.count, "subnormal weight")), which many processors compute slowly with")
    ]
  }

  /// Channels that are not what exact folding gives, which the verdict leaves out.
  private func hidden(_ report: EquivalenceReport) -> [Finding] {
    let hidden = report.hiddenDifferences
    guard hidden.count > 0 else { return [] }
    return [
      Finding(
        .note, Self.hiddenDifferences, layer: hidden.layers.first,
        "\(counted(hidden.count, "channel")) in \(counted(hidden.layers.count, "layer"))"
          + "\(hidden.layers.first.map { ", the first \($0)," } ?? "") with weights that need not be the exact values, since "
          + "a ReLU, a maximum or a factor of 0 keeps them from every output")
    ]
  }

  /// What the verdict leaves out of layers, at the end of its sentence.
  private static func unread(_ report: EquivalenceReport) -> String {
    let count = report.unreadDifferences.count
    return count == 0 ? "" : "; they differ in \(counted(count, "layer")) that no output depends on"
  }

  /// Layers that are not those of the original, which the verdict leaves out.
  private func unread(_ report: EquivalenceReport) -> [Finding] {
    guard let first = report.unreadDifferences.first else { return [] }
    return [
      Finding(
        .note, Self.unreadDifferences, layer: first,
        "\(counted(report.unreadDifferences.count, "layer")), the first \(first), that the original has in another way or not at "
          + "all, and that no output depends on")
    ]
  }

  /// Weights of the network that are not numbers, of which it computes what is not a number either.
  private func nonFinite(_ report: EquivalenceReport) -> [Finding] {
    let weights = report.nonFiniteWeights
    guard weights.count > 0 else { return [] }
    return [
      Finding(
        .warning, Symptom.Code.nonFiniteWeights.rawValue, layer: weights.layers.first,
        "\(counted(weights.count, "weight")) that \(weights.count == 1 ? "is" : "are") NaN or infinite, in "
          + "\(counted(weights.layers.count, "layer")), carried as the original has them",
        advice: Symptom.Code.nonFiniteWeights.advice)
    ]
  }

  package var brief: String? { report?.verdict.description ?? "not checked" }

  package var members: [JSONOutput.Member] { [("check", report.json(Self.json))] }
}

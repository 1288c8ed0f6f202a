/// How a report ended, in a word, and how good that is.
struct PageVerdict {
  let word: String
  let tone: Tone
  /// What the word rests on; empty where there is nothing to say.
  let reason: String

  /// How good something is; never shown by its color alone.
  enum Tone: String {
    case good, caution, bad

    /// A sign for it, as SVG.
    var icon: Markup {
      let path: Markup =
        switch self {
        case .good: "<path d=\"M4.5 10.5l3.5 3.5 7.5-8\"/>"
        case .caution: "<path d=\"M10 4.5v7M10 15v.6\"/>"
        case .bad: "<path d=\"M5.5 5.5l9 9M14.5 5.5l-9 9\"/>"
        }
      return "<svg class=\"icon \(rawValue)\" viewBox=\"0 0 20 20\" aria-hidden=\"true\">\(path)</svg>"
    }
  }

  /// Nil where the command only shows something.
  init?(_ report: Report) {
    switch report.outcome {
    case .error: (word, tone, reason) = ("error", .bad, "")
    case .failed:
      (word, tone, reason) = ("failed", .bad, Self.judgment(of: report)?.brief ?? "")
    case .done:
      guard let part = Self.judgment(of: report), let brief = part.brief else { return nil }
      (word, tone) = (brief, Self.tone(of: part))
      reason = (part as? CheckPart).flatMap { check in check.report.flatMap { check.proof($0) } } ?? ""
    }
  }

  /// The part that says how good the result is.
  private static func judgment(of report: Report) -> (any ReportPart)? {
    report.parts.first { part in
      switch part {
      case is LedgerPart, is DryRunPart, is ExplanationPart: false
      default: part.brief != nil
      }
    }
  }

  private static func tone(of part: any ReportPart) -> Tone {
    if let check = part as? CheckPart {
      guard let report = check.report else { return .caution }
      return report.passed ? report.verdict == .equal ? .good : .caution : .bad
    }
    let levels = Set(part.findings.map(\.level))
    return levels.contains(.error) ? .bad : levels.contains(.warning) ? .caution : .good
  }
}

import Bytes

/// Findings by their kinds, each kind with its number.
struct FindingList {
  private let groups: [(level: Finding.Level, code: String, findings: [Finding])]

  /// Findings of a kind that are shown.
  private static let most = 50

  /// Nil where there are none of these levels.
  init?(_ report: Report, levels: [Finding.Level]) {
    let findings = report.parts.flatMap { part -> [Finding] in
      switch part {
      case is DifferencePart: []
      // What stays without harm has a section of its own.
      case is LedgerPart: part.findings.filter { $0.level != .note }
      default: part.findings
      }
    }
    let notes = report.notes.map { Finding(.note, Finding.note, $0) }
    groups = levels.flatMap { level in
      (findings + notes).filter { $0.level == level }.groups(by: \.code).map { (level, $0.key, $0.elements) }
    }
    if groups.isEmpty { return nil }
  }

  func markup(at place: PagePlace) -> Markup {
    let blocks: [Markup] = groups.map { group in
      let shown = group.findings.prefix(Self.most)
      let items: [Markup] = shown.map(Self.item)
      let title: Markup =
        group.code == group.level.rawValue
        ? "\(group.code)" : "\(group.level.rawValue): <code>\(group.code)</code>"
      let count = group.findings.count > 1 ? " (\(grouped(group.findings.count)))" : ""
      return """
        <div class="finding \(group.level.rawValue)"><h\(place.headingLevel + 1)>\(group.level.tone?.icon ?? "") \
        \(title)\(count)</h\(place.headingLevel + 1)>
        <ul>\(items)</ul>
        \(PageTable.more(group.findings.count - shown.count, "finding"))</div>

        """
    }
    return "\(blocks)"
  }

  private static func item(_ finding: Finding) -> Markup {
    let layer: Markup = finding.layer.map { "<code>\($0)</code>: " } ?? ""
    let advice: Markup = finding.advice.map { " <span class=\"soft\">What to do: \($0)</span>" } ?? ""
    return "<li>\(layer)\(finding.detail)\(advice)</li>\n"
  }
}

extension Finding.Level {
  /// How bad it is; nil where it is not.
  fileprivate var tone: PageVerdict.Tone? {
    switch self {
    case .error: .bad
    case .warning: .caution
    case .note: nil
    }
  }
}

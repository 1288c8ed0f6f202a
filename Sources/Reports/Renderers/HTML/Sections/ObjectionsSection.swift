import Bytes

/// Why the command failed, where nobody overlooks it.
struct ObjectionsSection: PageSection {
  static let anchor = "objections"
  static let title = "What is wrong"

  private let outcome: Report.Outcome

  init?(_ report: Report) {
    if case .done = report.outcome { return nil }
    outcome = report.outcome
  }

  func markup(at place: PagePlace) -> Markup {
    switch outcome {
    case .done: return ""
    case .failed(let objections):
      let shown = objections.prefix(PageTable.mostRows)
      let items: [Markup] = shown.map { "<li>\($0)</li>" }
      return "<ul>\(items)</ul>\n\(PageTable.more(objections.count - shown.count, "objection"))"
    case .error(let error):
      let advice: Markup = error.advice.map { "<p>What to do: \($0)</p>\n" } ?? ""
      return "<p><strong>\(error.message)</strong></p>\n\(advice)<p class=\"soft\">\(error.kind)</p>\n"
    }
  }
}

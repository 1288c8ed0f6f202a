import BatchNormFolding
import Bytes

/// One bar of all batch normalizations by what becomes of them, and the same as a table.
struct OutcomesSection: PageSection {
  static let anchor = "outcomes"
  static let title = "What folds and what stays"

  private let shares: [OutcomeShare]
  private let all: Int

  /// Reasons that have a piece of the bar of their own.
  private static let mostReasons = 5

  init?(_ report: Report) {
    guard let part = report.part(LedgerPart.self), !part.ledger.entries.isEmpty else { return nil }
    all = part.ledger.entries.count
    let direct = part.ledger.folded.filter(\.isDirect).count
    let away = part.ledger.folded.count - direct
    let folded = [
      OutcomeShare(
        kind: "direct", name: "\(part.verb) directly", count: direct, remark: "into the layer right before it"
      ),
      OutcomeShare(
        kind: "away", name: "\(part.verb) further away", count: away, remark: "through layers in between"),
    ]
    let kept = KeptGroup.groups(of: part.ledger).enumerated().map { index, group in
      OutcomeShare(group, kind: "reason-\(min(index, Self.mostReasons) + 1)", isPrediction: part.isPrediction)
    }
    shares = (folded + kept).filter { $0.count > 0 }
  }

  func markup(at place: PagePlace) -> Markup {
    let pieces: [Markup] = shares.map { share in
      "<span class=\"\(share.kind)\" style=\"flex-grow:\(share.count)\"></span>"
    }
    let rows: [[Markup]] = shares.map { share in
      let percent = fixed(100 * Double(share.count) / Double(all), digits: 1)
      return [share.markup, "\(grouped(share.count))", "\(percent)%"]
    }
    let table = PageTable(name: Self.title, headings: ["Outcome", "Number", "Share"], numbers: [1, 2])
    return """
      <div class="bar" aria-hidden="true">\(pieces)</div>
      \(table.markup(rows))
      """
  }
}

import BatchNormFolding
import Bytes

/// The batch normalizations for people: those that stay by their reasons, or each of them.
package struct OutcomesPart: ReportPart {
  private let ledger: Ledger
  private let isPrediction: Bool

  package init(_ ledger: Ledger, isPrediction: Bool = false) {
    (self.ledger, self.isPrediction) = (ledger, isPrediction)
  }

  package var members: [JSONOutput.Member] { [] }

  package func lines(for style: TextStyle) -> [String] {
    guard style.detail == .everything || style.listed != nil else { return reasons(style) }
    var table = Table(["Batch normalization", "Outcome", "Where or why"])
    for entry in listed(style) {
      let words = isPrediction ? ("would fold", "would stay") : ("folded", "kept")
      table.add([entry.layer.description, entry.isFolded ? words.0 : words.1, entry.outcome.description])
    }
    return table.isEmpty ? [] : [""] + table.lines(for: style)
  }

  private func listed(_ style: TextStyle) -> [Ledger.Entry] {
    switch style.listed {
    case .folded?: ledger.folded
    case .kept?: ledger.kept
    case nil: ledger.entries
    }
  }

  private func reasons(_ style: TextStyle) -> [String] {
    let groups = KeptGroup.groups(of: ledger)
    guard !groups.isEmpty else { return [] }
    let width = groups.map { $0.code.rawValue.count }.max() ?? 0
    let mark = style.styled("!", .yellow)
    let stay = ledger.kept.count == 1 ? "stays" : "stay"
    let title = "\(mark) \(grouped(ledger.kept.count)) \(isPrediction ? "would stay" : stay)"
    return [title] + groups.flatMap { $0.lines(for: style, codeWidth: width) }
  }
}

/// The batch normalizations that stay for the same reason.
struct KeptGroup {
  let code: Refusal.Code
  let entries: [Ledger.Entry]

  /// All groups, the largest first.
  static func groups(of ledger: Ledger) -> [KeptGroup] {
    let groups = ledger.kept.groups { $0.refusal?.code }.compactMap { code, entries in
      code.map { KeptGroup(code: $0, entries: entries) }
    }
    return groups.enumerated().sorted {
      ($1.element.entries.count, $0.offset) < ($0.element.entries.count, $1.offset)
    }.map(\.element)
  }

  func lines(for style: TextStyle, codeWidth: Int) -> [String] {
    guard let first = entries.first, let reason = first.refusal?.reason else { return [] }
    return CodeSummary(
      count: entries.count, code: code.rawValue, example: "\(first.layer): \(reason)", advice: code.advice
    ).lines(for: style, codeWidth: codeWidth)
  }
}

extension Ledger.Entry {
  /// Why it stays; nil where it folds.
  var refusal: Refusal? { if case .kept(let refusal, _) = outcome { refusal } else { nil } }

  var isFolded: Bool { if case .folded = outcome { true } else { false } }
}

import BatchNormFolding
import Bytes

/// What became of each batch normalization, or what would become of it.
package struct LedgerPart: ReportPart {
  package let ledger: Ledger
  /// Whether nothing has been folded yet.
  package let isPrediction: Bool
  /// Whether the file says what its batch normalizations are; weights without a graph do not.
  let isKnown: Bool

  package init(_ ledger: Ledger, isPrediction: Bool = false, isKnown: Bool = true) {
    (self.ledger, self.isPrediction, self.isKnown) = (ledger, isPrediction, isKnown)
  }

  package func lines(for style: TextStyle) -> [String] { ["  " + words] }

  /// For instance `62 of 121 folded (59 directly, 3 further away)`.
  package var words: String {
    guard isKnown else { return "which batch normalizations it has is not in the file" }
    guard !ledger.entries.isEmpty else { return "the model has no batch normalization" }
    let places = places.map { " (\($0))" } ?? ""
    return
      "\(grouped(ledger.folded.count)) of \(counted(ledger.entries.count, "batch normalization")) \(verb)\(places)"
  }

  /// What they are, such as `folded`.
  var verb: String { isPrediction ? "can be folded" : "folded" }

  /// For instance `59 directly, 3 further away`; nil where all fold directly.
  var places: String? {
    let (folded, direct) = (ledger.folded.count, ledger.folded.count(where: \.isDirect))
    return folded > direct ? "\(grouped(direct)) directly, \(grouped(folded - direct)) further away" : nil
  }

  package var brief: String? {
    guard isKnown else { return nil }
    return ledger.entries.isEmpty
      ? "no batch normalization"
      : "\(grouped(ledger.folded.count)) of \(grouped(ledger.entries.count)) \(verb)"
  }

  package var members: [JSONOutput.Member] {
    let (folded, direct) = (ledger.folded.count, ledger.folded.filter(\.isDirect).count)
    return [
      (
        "counts",
        .object([
          ("batch_normalizations", .integer(ledger.entries.count)), ("folded", .integer(folded)),
          ("folded_directly", .integer(direct)), ("kept", .integer(ledger.kept.count)),
        ])
      ), ("batch_normalizations", .array(ledger.entries.map { .object(Self.members(of: $0)) })),
    ]
  }

  /// An entry as the members of a JSON object.
  static func members(of entry: Ledger.Entry) -> [JSONOutput.Member] {
    switch entry.outcome {
    case .folded(let into, let rule, let across, let compensated):
      [
        ("layer", .string(entry.layer)), ("outcome", .text("folded")), ("rule", .text(rule)),
        ("into", .array(into.map { .string($0) })), ("across", .array(across.map { .string($0) })),
        ("compensated", .array(compensated.map { .string($0) })),
      ]
    case .kept(let refusal, let forwards):
      [
        ("layer", .string(entry.layer)), ("outcome", .text("kept")), ("code", .text(refusal.code.rawValue)),
        ("reason", .text(refusal.reason)), ("advice", .text(refusal.code.advice)),
        ("forwards_code", forwards.json { .text($0.code.rawValue) }),
        ("forwards_reason", forwards.json { .text($0.reason) }),
        ("forwards_advice", forwards.json { .text($0.code.advice) }),
      ]
    }
  }

  package var findings: [Finding] {
    ledger.kept.compactMap { entry in
      guard let refusal = entry.refusal else { return nil }
      return Finding(
        refusal.code.isOfDamage ? .warning : .note, refusal.code.rawValue, layer: entry.layer,
        "stays: \(refusal.reason)",
        advice: refusal.code.advice)
    }
  }
}

extension Ledger.Entry {
  /// Whether it folds into the layer right before it.
  var isDirect: Bool {
    guard case .folded(_, let rule, let across, let compensated) = outcome else { return false }
    return across.isEmpty && compensated.isEmpty && FoldingRules.isDirect(rule)
  }
}

extension Refusal.Code {
  /// Whether the model itself is probably wrong.
  fileprivate var isOfDamage: Bool {
    switch self {
    case .notFinite, .varianceNotPositive, .statisticsShape, .trainingMode: true
    default: false
    }
  }
}

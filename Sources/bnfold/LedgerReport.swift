import BatchNormFolding

/// The ledger for people and for programs.
struct LedgerReport {
  let ledger: Ledger

  func lines(for terminal: Terminal, isPrediction: Bool = false) -> [String] {
    guard !ledger.entries.isEmpty else { return ["The model has no batch normalization."] }
    var table = Table(["Batch normalization", "Outcome", "Where or why"])
    for entry in ledger.entries {
      let isFolded = if case .folded = entry.outcome { true } else { false }
      let words = isPrediction ? ("would fold", "would stay") : ("folded", "kept")
      table.add([entry.layer.description, isFolded ? words.0 : words.1, entry.outcome.description])
    }
    return table.lines(for: terminal) + ["", summary(isPrediction: isPrediction)]
  }

  private func summary(isPrediction: Bool) -> String {
    let verb = isPrediction ? "can be folded" : "folded"
    return "\(ledger.folded.count) of \(ledger.entries.count) batch normalizations \(verb)."
  }

  var json: JSONOutput { .array(ledger.entries.map { .object(Self.members(of: $0)) }) }

  /// An entry as the members of a JSON object.
  static func members(of entry: Ledger.Entry) -> [(String, JSONOutput)] {
    switch entry.outcome {
    case .folded(let into, let rule, let across, let compensated):
      [
        ("layer", .string(entry.layer)), ("outcome", .text("folded")), ("rule", .text(rule)),
        ("into", .array(into.map { .string($0) })), ("across", .array(across.map { .string($0) })),
        ("compensated", .array(compensated.map { .string($0) })),
      ]
    case .kept(let refusal, let forwards):
      [
        ("layer", .string(entry.layer)), ("outcome", .text("kept")),
        ("code", .text(refusal.code.rawValue)),
        ("reason", .text(refusal.reason)),
        ("forwards_code", forwards.map { .text($0.code.rawValue) } ?? .null),
        ("forwards_reason", forwards.map { .text($0.reason) } ?? .null),
      ]
    }
  }
}

import BatchNormFolding
import Tensor

/// The ledger for people and for programs.
struct LedgerReport {
  let ledger: Ledger

  func lines(for terminal: Terminal, isPrediction: Bool = false) -> [String] {
    guard !ledger.entries.isEmpty else { return ["The model has no batch normalization."] }
    var table = Table(["Batch normalization", "Outcome", "Where or why"])
    for entry in ledger.entries {
      switch entry.outcome {
      case .folded(let into, let rule, let across, let compensated):
        let way = across.isEmpty ? "" : " across " + enumeration(across)
        let besides = compensated.isEmpty ? "" : "; \(enumeration(compensated)) made to fit"
        table.add([
          entry.layer.description, isPrediction ? "would fold" : "folded",
          into.isEmpty ? "it changes nothing" : "into \(enumeration(into))\(way)\(besides) (\(rule))",
        ])
      case .kept(let refusal, let forwards):
        let ahead = forwards.map { "; forwards: \($0.code.rawValue): \($0.reason)" } ?? ""
        table.add([
          entry.layer.description, isPrediction ? "would stay" : "kept",
          "\(refusal.code.rawValue): \(refusal.reason)\(ahead)",
        ])
      }
    }
    return table.lines(for: terminal) + ["", summary(isPrediction: isPrediction)]
  }

  /// Names for a line: the first ones of many.
  private func enumeration(_ names: [ByteString]) -> String {
    let shown = names.count > 4 ? names.prefix(3) : names[...]
    let rest = names.count - shown.count
    return shown.map(\.description).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
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

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
      case .folded(let into, let rule, let across):
        let way = across.isEmpty ? "" : " across " + across.map(\.description).joined(separator: ", ")
        table.add([
          entry.layer.description, isPrediction ? "would fold" : "folded", "into \(into)\(way) (\(rule))",
        ])
      case .kept(let refusal):
        table.add([
          entry.layer.description, isPrediction ? "would stay" : "kept",
          "\(refusal.code.rawValue): \(refusal.reason)",
        ])
      }
    }
    return table.lines(for: terminal) + ["", summary(isPrediction: isPrediction)]
  }

  private func summary(isPrediction: Bool) -> String {
    let verb = isPrediction ? "can be folded" : "folded"
    return "\(ledger.folded.count) of \(ledger.entries.count) batch normalizations \(verb)."
  }

  var json: JSONOutput {
    .array(
      ledger.entries.map { entry in
        switch entry.outcome {
        case .folded(let into, let rule, let across):
          .object([
            ("layer", .string(entry.layer)), ("outcome", .text("folded")), ("rule", .text(rule)),
            ("into", .string(into)), ("across", .array(across.map { .string($0) })),
          ])
        case .kept(let refusal):
          .object([
            ("layer", .string(entry.layer)), ("outcome", .text("kept")),
            ("code", .text(refusal.code.rawValue)),
            ("reason", .text(refusal.reason)),
          ])
        }
      })
  }
}

import BatchNormFolding
import Bytes
import Elements

/// All that is known of what becomes of one batch normalization.
package struct ExplanationPart: ReportPart {
  let entry: Ledger.Entry
  let layer: LayerDescription?

  package init(_ entry: Ledger.Entry, _ layer: LayerDescription?) {
    (self.entry, self.layer) = (entry, layer)
  }

  package func lines(for style: TextStyle) -> [String] {
    lines.flatMap { line in
      let indentation = String(line.prefix { $0 == " " })
      return Paragraph(line, width: style.paragraphWidth, first: indentation, rest: indentation + "  ").lines
    }
  }

  private var lines: [String] {
    let shape = layer?.outputShape.map { ", output \(describe($0))" } ?? ""
    let parameters = layer.map { ", \(grouped($0.parameterCount)) parameters" } ?? ""
    let title = "\(entry.layer): \(layer?.className ?? "BatchNormalization")\(shape)\(parameters)"
    switch entry.outcome {
    case .folded(let into, let rule, let across, let compensated):
      return [title, "", "It would fold.", ""]
        + list("Into", into) + list("Across", across)
        + list("Made to fit, so that nothing else changes", compensated)
        + ["By the rules:"]
        + rule.split(separator: "+").map(String.init).map { name in
          "  \(name)" + (FoldingRules.summary(of: name).map { ": \($0)" } ?? "")
        }
    case .kept(let refusal, let forwards):
      return [title, "", "It would stay.", "", "The first obstacle backwards, towards what it reads:"]
        + obstacle(refusal)
        + (forwards.map { ["", "The first obstacle forwards, towards what reads it:"] + obstacle($0) } ?? [])
    }
  }

  private func list(_ title: String, _ names: [ByteString]) -> [String] {
    names.isEmpty ? [] : ["\(title):"] + names.map { "  \($0)" } + [""]
  }

  private func obstacle(_ refusal: Refusal) -> [String] {
    ["  \(refusal)", "  What to do: \(refusal.code.advice)"]
  }

  package var brief: String? { entry.isFolded ? "would fold" : "would stay" }

  package var findings: [Finding] { LedgerPart(Ledger(entries: [entry])).findings }

  package var members: [JSONOutput.Member] {
    [("batch_normalization", .object(LedgerPart.members(of: entry)))]
  }
}

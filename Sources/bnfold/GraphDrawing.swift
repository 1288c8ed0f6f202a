import BatchNormFolding
import Bytes
import Elements
import Jobs

/// A model as a text of Graphviz: layers as boxes, coloured by what becomes of them.
///
/// Source of the language: https://graphviz.org/doc/info/lang.html
struct GraphDrawing {
  let answer: InspectionAnswer

  /// What a colour stands for.
  private enum Colour: String {
    case folds = "#b7e1b0"
    case stays = "#f6c28b"
    case takesIn = "#a9cdf0"
    case isMadeToFit = "#dcecfb"
    case other = "#ffffff"
  }

  var text: String {
    let outcomes = Dictionary(answer.ledger.entries.map { ($0.layer, $0.outcome) }, uniquingKeysWith: { $1 })
    var colours: [ByteString: Colour] = [:]
    for entry in answer.ledger.folded {
      guard case .folded(let into, _, _, let compensated) = entry.outcome else { continue }
      for layer in compensated where colours[layer] == nil { colours[layer] = .isMadeToFit }
      for layer in into { colours[layer] = .takesIn }
    }
    for entry in answer.ledger.entries {
      if case .folded = entry.outcome { colours[entry.layer] = .folds } else { colours[entry.layer] = .stays }
    }
    var lines = [
      "digraph model {", "  rankdir=TB;",
      "  node [shape=box, style=\"filled,rounded\", fontname=\"sans-serif\", fontsize=10, fillcolor=\"#ffffff\"];",
    ]
    for layer in answer.layers {
      let shape = layer.outputShape.map { "\n" + describe($0) } ?? ""
      let label = "\(layer.path)\n\(layer.wrappedClassName ?? layer.className)\(shape)"
      let tooltip = outcomes[layer.path].map(sentence) ?? layer.className.description
      lines.append(
        "  \(quoted(layer.path.description)) [label=\(quoted(label)), tooltip=\(quoted(tooltip)), "
          + "fillcolor=\"\((colours[layer.path] ?? .other).rawValue)\"];")
    }
    let known = Set(answer.layers.map(\.path))
    for edge in answer.connections where known.contains(edge.from) && known.contains(edge.to) {
      lines.append("  \(quoted(edge.from.description)) -> \(quoted(edge.to.description));")
    }
    return (lines + ["}", ""]).joined(separator: "\n")
  }

  private func sentence(_ outcome: Ledger.Outcome) -> String {
    switch outcome {
    case .folded(let into, let rule, _, _):
      "folds into \(into.map(\.description).joined(separator: ", ")) (\(rule))"
    case .kept(let refusal, _): "stays: \(refusal.code.rawValue): \(refusal.reason)"
    }
  }

  /// A string of Graphviz: only quotes, backslashes and ends of lines are special in it, whatever letters they are combined with.
  private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

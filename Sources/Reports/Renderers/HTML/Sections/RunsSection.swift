import BatchNormFolding
import Bytes

/// What running both models shows, beside the network's own rounding.
struct RunsSection: PageSection {
  static let anchor = "runs"
  static let title = "The whole model"

  private let runs: RunOutcome

  /// Outputs that are shown; the rest is in the data.
  private static let mostOutputs = 100

  init?(_ report: Report) {
    guard let check = report.part(CheckPart.self)?.report else { return nil }
    runs = check.runs
  }

  func markup(at place: PagePlace) -> Markup {
    switch runs {
    case .notRun(let why): return "<p>Both models were not run: \(why).</p>\n"
    case .run(let outputs):
      let shown = Array(outputs.prefix(Self.mostOutputs))
      let axis = LogarithmicAxis(
        over: shown.flatMap { [$0.difference, $0.ownRounding, $0.exactDifference ?? 0] })
      return """
        <p class="soft">Both models were run on the same inputs. Differences are relative to the largest value of the output. \
        The verdict does not rest on them, but on the proof.</p>
        <p class="legend soft">\(Self.key("difference")) difference in float32 \
        \(Self.key("rounding")) the network’s own rounding \(Self.key("exact")) difference in float64</p>
        \(table(shown, axis))\(PageTable.more(outputs.count - shown.count, "output"))
        """
    }
  }

  private func table(_ outputs: [OutputRun], _ axis: LogarithmicAxis) -> Markup {
    let rows: [Markup] = outputs.map { output in
      let place: Markup = output.isBeforeActivation ? ", before the final activation" : ""
      let head: Markup = """
        <th scope="row"><code>\(output.name)</code><span class="soft">on inputs \(output.inputs)\(place)</span>
        """
      if let emptiness = output.emptiness {
        return "<tr>\(head)</th><td colspan=\"3\" class=\"soft\">shows nothing: \(emptiness)</td></tr>\n"
      }
      let exact: Markup = output.exactDifference.map { "\(scientific($0))" } ?? "–"
      return """
        <tr>\(head)\(Self.strip(output, axis))</th><td class="number">\(scientific(output.difference))</td>\
        <td class="number">\(scientific(output.ownRounding))</td><td class="number">\(exact)</td></tr>

        """
    }
    return """
      <table class="strips"><thead><tr><th scope="col">Output\(RangeStrip.scale(axis))</th>\
      <th scope="col" class="number">float32</th><th scope="col" class="number">own rounding</th>\
      <th scope="col" class="number">float64</th></tr></thead>
      <tbody>
      \(rows)</tbody></table>

      """
  }

  private static func strip(_ output: OutputRun, _ axis: LogarithmicAxis) -> Markup {
    let lines: [Markup] = axis.marks().map { _, position in
      "<line class=\"grid\" x1=\"\(percent(position))\" x2=\"\(percent(position))\" y1=\"0\" y2=\"18\"/>"
    }
    let exact = output.exactDifference.map { mark("exact", at: axis.position($0)) } ?? ""
    return """
      <svg class="strip" width="100%" height="18" aria-hidden="true">\(lines)\
      \(mark("rounding", at: axis.position(output.ownRounding)))\(exact)\
      \(mark("difference", at: axis.position(output.difference)))</svg>
      """
  }

  /// A disc, a bar or a diamond, so that they differ without their colors.
  private static func mark(_ kind: Markup, at position: Double) -> Markup {
    "<svg x=\"\(percent(position))\" y=\"9\" class=\"mark \(kind)\">\(shape(kind))</svg>"
  }

  private static func shape(_ kind: Markup) -> Markup {
    switch kind.text {
    case "difference": "<circle r=\"4.5\"/>"
    case "rounding": "<rect x=\"-2\" y=\"-8\" width=\"4\" height=\"16\"/>"
    default: "<path d=\"M0-5.5L5.5 0 0 5.5-5.5 0Z\"/>"
    }
  }

  private static func key(_ kind: Markup) -> Markup {
    "<svg class=\"key\" width=\"14\" height=\"18\" aria-hidden=\"true\"><svg x=\"7\" y=\"9\" class=\"mark \(kind)\">\(shape(kind))</svg></svg>"
  }
}

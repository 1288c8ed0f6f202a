import Bytes

/// What other parts of the report say, in their own words.
struct OtherPartsSection: PageSection {
  static let anchor = "details"
  static let title = "Details"

  private let lines: [String]

  private static let mostLines = 500

  init?(_ report: Report) {
    let style = TextStyle()
    lines = report.parts.filter { !Self.hasSection($0) }.flatMap { $0.lines(for: style) }
    if lines.allSatisfy({ $0.allSatisfy(\.isWhitespace) }) { return nil }
  }

  private static func hasSection(_ part: any ReportPart) -> Bool {
    switch part {
    case is ArraysPart, is CalibrationPart, is CheckPart, is DifferencePart, is ExplanationPart, is GraphPart,
      is KernelChangesPart, is LayerPart, is LedgerPart, is ModelPart, is OutcomesPart, is SizePart,
      is TensorPart:
      true
    // Its findings are in the page already.
    case is ConversionPart: false
    default: !part.findings.isEmpty
    }
  }

  func markup(at place: PagePlace) -> Markup {
    let shown: [Markup] = lines.prefix(Self.mostLines).map { "\($0)\n" }
    return """
      <pre tabindex="0">\(shown)</pre>
      \(PageTable.more(lines.count - shown.count, "line"))
      """
  }
}

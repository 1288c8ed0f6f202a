import Bytes
import Jobs

/// Each fold's error as a dot, against what rounding alone explains.
struct ErrorsSection: PageSection {
  static let anchor = "errors"
  static let title = "How exact each fold is"

  private let folds: [Fold]
  /// Layers whose exact values are not known.
  private let unknown: Int
  private let axis: ErrorAxis

  /// A layer, and how far one of its weights is from the exact value.
  private struct Fold {
    let layer: ByteString
    let error: Double

    /// Whether rounding alone explains it, and what the measurement itself may be off by.
    var isExplained: Bool { error <= ErrorsSection.explained + 0.01 }
  }

  /// Units in the last place that rounding to the nearest number explains.
  private static let explained = 0.5
  /// Dots that can be told apart; of more layers the worst are shown.
  private static let mostDots = 2_000

  init?(_ report: Report) {
    let changes = report.part(KernelChangesPart.self)?.changes ?? []
    folds = changes.compactMap { change in change.largestError.map { Fold(layer: change.layer, error: $0) } }
    guard !folds.isEmpty else { return nil }
    unknown = changes.count - folds.count
    axis = ErrorAxis(upTo: folds.map(\.error).max() ?? 0)
  }

  func markup(at place: PagePlace) -> Markup {
    let others = unknown > 0 ? " Of \(counted(unknown, "more layer")) the exact values are not known." : ""
    return """
      <p>\(sentence)\(others)</p>
      <figure><figcaption class="soft">The largest error in the kernel of each folded layer, in units in the last \
      place\(axis.isLogarithmic ? " (logarithmic)" : ""); the layers in their order from left to right.</figcaption>
      \(chart)</figure>
      <details><summary>The same as a table</summary>
      \(table)</details>

      """
  }

  private var sentence: String {
    let beyond = folds.count { !$0.isExplained }
    guard beyond > 0 else {
      let layers = folds.count == 1 ? "the folded layer" : "all \(grouped(folds.count)) folded layers"
      return """
        Every element of the kernels of \(layers) is the exact value, rounded once: none is further than half a unit in \
        the last place from it.
        """
    }
    let have = beyond == 1 ? "has a kernel" : "have kernels"
    return """
      \(grouped(beyond)) of \(counted(folds.count, "folded layer")) \(have) further from the exact value than rounding \
      explains.
      """
  }

  private var shown: [Fold] {
    folds.count <= Self.mostDots ? folds : Array(folds.sorted { $0.error > $1.error }.prefix(Self.mostDots))
  }

  private var chart: Markup {
    let marks: [Markup] = axis.marks.map { label, y in
      """
      <line class="grid" x1="0" x2="100%" y1="\(y)" y2="\(y)"/>\
      <text class="tick" x="-8" y="\(y + 4)" text-anchor="end">\(label)</text>
      """
    }
    let line = axis.y(Self.explained)
    let shown = shown
    let dots: [Markup] = shown.enumerated().map { index, fold in
      let x = percent(100 * (Double(index) + 0.5) / Double(shown.count))
      let title: Markup = "<title>\(fold.layer): \(short(fold.error))</title>"
      return fold.isExplained
        ? "<circle class=\"dot\" cx=\"\(x)\" cy=\"\(axis.y(fold.error))\" r=\"4\">\(title)</circle>"
        : """
        <svg class="beyond" x="\(x)" y="\(axis.y(fold.error))"><path d="M0-6L6 5H-6Z">\(title)</path></svg>
        """
    }
    return """
      <svg class="dots" width="100%" height="\(ErrorAxis.height)" role="img" aria-label="\(label)">\(marks)\
      <rect class="explained" x="0" width="100%" y="\(line)" height="\(axis.y(0) - line)"/>\
      <line class="limit" x1="0" x2="100%" y1="\(line)" y2="\(line)"/>\
      <text class="limit-name" x="100%" y="\(line - 7)" text-anchor="end">rounding explains 0.5</text>\(dots)</svg>

      """
  }

  private var label: String {
    let largest = folds.map(\.error).max() ?? 0
    return "\(counted(folds.count, "dot")), the highest at \(short(largest)), and a line at 0.5"
  }

  private var table: Markup {
    let rows: [[Markup]] = folds.prefix(PageTable.mostRows).map {
      ["<code>\($0.layer)</code>", "\(short($0.error))"]
    }
    return PageTable(
      name: Self.title, headings: ["Layer", "Largest error, units in the last place"], numbers: [1]
    ).markup(rows) + PageTable.more(folds.count - rows.count, "layer")
  }
}

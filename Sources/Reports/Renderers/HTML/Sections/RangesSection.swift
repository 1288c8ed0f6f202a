import Bytes
import Jobs

/// The range of weights by channel before and after, which is what quantization to int8 will see.
struct RangesSection: PageSection {
  static let anchor = "ranges"
  static let title = "What quantization will see"

  private let changes: [KernelChange]
  private let subnormal: Int
  private let axis: LogarithmicAxis

  /// Layers that are shown without being asked for.
  private static let few = 12

  init?(_ report: Report) {
    let changes = report.part(KernelChangesPart.self)?.changes ?? []
    guard !changes.isEmpty else { return nil }
    self.changes = changes
    subnormal = report.part(CheckPart.self)?.report?.subnormalWeights.count ?? 0
    axis = LogarithmicAxis(
      over: changes.flatMap { [$0.before.smallest, $0.before.largest, $0.after.smallest, $0.after.largest] })
  }

  func markup(at place: PagePlace) -> Markup {
    let isLong = changes.count > Self.few
    let shown = isLong ? Array(changes.sorted { $0.widening > $1.widening }.prefix(Self.few)) : changes
    let title: Markup = isLong ? "<p>The \(Self.few) layers whose range grows most:</p>\n" : ""
    let rest: Markup =
      isLong
      ? """
      <details><summary>All \(grouped(changes.count)) layers, in the order of the network</summary>
      \(table(Array(changes.prefix(PageTable.mostRows))))\
      \(PageTable.more(changes.count - PageTable.mostRows, "layer"))</details>

      """ : ""
    return """
      <p class="soft">The largest magnitude of each output channel of a folded kernel. Where one scale serves a whole kernel, \
      small channels lose their digits beside large ones.</p>
      \(summary)\(legend)\(title)\(table(shown))\(rest)
      """
  }

  private var summary: Markup {
    let widened = changes.filter(\.isWidened)
    let times = grouped(Int(KernelChangesPart.widest))
    let dead = changes.reduce(0) { $0 + $1.deadChannels }
    let first = widened.max { $0.widening < $1.widening }
    let warning: Markup =
      first.map { worst in
        """
        <li>\(PageVerdict.Tone.caution.icon) Folding widens the range of \(counted(widened.count, "layer")) more than \(times) times, \
        most in <code>\(worst.layer)</code>: from \(worst.before.words) to \(worst.after.words). Quantize by channel, or equalize \
        the ranges before.</li>
        """
      } ?? "<li>\(PageVerdict.Tone.good.icon) Folding widens no range more than \(times) times.</li>"
    return """
      <ul class="facts">\(warning)<li>Output channels with nothing but zeros: <b>\(grouped(dead))</b></li>\
      <li>Subnormal numbers among the folded weights: <b>\(grouped(subnormal))</b></li></ul>

      """
  }

  private var legend: Markup {
    """
    <p class="legend soft"><svg class="key" width="44" height="12" aria-hidden="true">\
    <g class="before"><line x1="0" x2="44" y1="6" y2="6"/><rect x="12" width="18" y="2" height="8"/></g></svg> before \
    <svg class="key" width="44" height="12" aria-hidden="true">\
    <g class="after"><line x1="0" x2="44" y1="6" y2="6"/><rect x="12" width="18" y="2" height="8"/></g></svg> after: a line \
    from the smallest to the largest channel, a box around the middle half, a mark at the median</p>

    """
  }

  private func table(_ changes: [KernelChange]) -> Markup {
    let rows: [Markup] = changes.map { change in
      let kind: Markup = change.isWidened ? " class=\"widened\"" : ""
      let sign: Markup = change.isWidened ? " \(PageVerdict.Tone.caution.icon)" : ""
      let dead: Markup =
        change.deadChannels > 0 ? " <span class=\"soft\">\(grouped(change.deadChannels)) dead</span>" : ""
      return """
        <tr\(kind)><th scope="row"><code>\(change.layer)</code>\(sign)<span class="soft">\
        \(counted(change.channels, "channel"))</span>\(dead)\(RangeStrip(change, on: axis).markup)</th>\
        <td class="number">\(change.before.words)</td><td class="number">\(change.after.words)</td></tr>

        """
    }
    return """
      <table class="strips"><thead><tr><th scope="col">Layer\(RangeStrip.scale(axis))</th>\
      <th scope="col" class="number">Before</th><th scope="col" class="number">After</th></tr></thead>
      <tbody>
      \(rows)</tbody></table>

      """
  }
}

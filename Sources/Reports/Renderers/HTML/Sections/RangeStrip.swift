import Bytes
import Jobs

/// The ranges of a kernel before and after, one above the other.
struct RangeStrip {
  private let change: KernelChange
  private let axis: LogarithmicAxis

  init(_ change: KernelChange, on axis: LogarithmicAxis) { (self.change, self.axis) = (change, axis) }

  var markup: Markup {
    """
    <svg class="strip" width="100%" height="26" aria-hidden="true">\(Self.grid(axis))\
    \(box(change.before, "before", y: 2))\(box(change.after, "after", y: 14))</svg>
    """
  }

  /// The axis with its labels, for the head of a table.
  static func scale(_ axis: LogarithmicAxis) -> Markup {
    let labels: [Markup] = axis.marks().map { label, position in
      "<text class=\"tick\" x=\"\(percent(position))\" y=\"11\" text-anchor=\"middle\">\(label)</text>"
    }
    return "<svg class=\"strip\" width=\"100%\" height=\"14\" aria-hidden=\"true\">\(labels)</svg>"
  }

  private static func grid(_ axis: LogarithmicAxis) -> Markup {
    let lines: [Markup] = axis.marks().map { _, position in
      "<line class=\"grid\" x1=\"\(percent(position))\" x2=\"\(percent(position))\" y1=\"0\" y2=\"26\"/>"
    }
    return "\(lines)"
  }

  private func box(_ ranges: ChannelRanges, _ kind: Markup, y: Int) -> Markup {
    let (low, high) = (axis.position(ranges.lowerQuartile), axis.position(ranges.upperQuartile))
    let median = percent(axis.position(ranges.median))
    return """
      <g class="\(kind)"><line x1="\(percent(axis.position(ranges.smallest)))" x2="\
      \(percent(axis.position(ranges.largest)))" y1="\(y + 5)" y2="\(y + 5)"/>\
      <rect x="\(percent(low))" width="\(percent(max(0.3, high - low)))" y="\(y + 1)" height="8"/>\
      <line class="median" x1="\(median)" x2="\(median)" y1="\(y + 1)" y2="\(y + 9)"/></g>
      """
  }
}

extension ChannelRanges {
  /// For instance `7.1×`: the largest channel in units of the smallest one.
  var words: String { spread > 0 ? "\(short(spread))×" : "–" }
}

extension KernelChange {
  /// Whether quantization is probably worse than before.
  var isWidened: Bool { widening > KernelChangesPart.widest }
}

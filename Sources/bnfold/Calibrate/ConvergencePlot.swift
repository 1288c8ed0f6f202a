import BatchNormFolding
import Bytes
import Reports

/// A picture of how the estimates of a layer come about: their variance, and the distance of their mean, batch by batch.
///
/// Source of the format: W3C, Scalable Vector Graphics (SVG) 1.1.
struct ConvergencePlot {
  let trace: ConvergenceTrace

  private static let width = 760.0
  private static let height = 620.0
  private static let left = 70.0
  private static let right = 20.0

  var svg: String {
    let variances = Axis(covering: trace.curves.flatMap(\.varianceRatio), atLeast: 0.8...1.25)
    // At the end, what has seen all data is at no distance, of which a logarithm shows nothing.
    let errors = Axis(covering: trace.curves.flatMap(\.meanError).map { max($0, 1e-4) }, atLeast: 0.01...1)
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" \
      font-family="sans-serif" font-size="12">
      <rect width="100%" height="100%" fill="#ffffff"/>
      <text x="\(Self.left)" y="24" font-size="15">\(XMLText.content(title))</text>
      \(legend)
      \(panel(top: 80, bottom: 330, axis: variances, caption: "variance, relative to that of all data", marks: marks) {
        $0.varianceRatio
      })
      \(panel(top: 370, bottom: 570, axis: errors, caption: "distance of the mean, in standard deviations", marks: []) {
        $0.meanError
      })
      <text x="\(Self.left)" y="602" fill="#444444">updates, one a batch (medians over the channels; logarithmic upwards)</text>
      </svg>

      """
  }

  private var title: String {
    "\(trace.layer): \(grouped(trace.valuesOfABatch)) values of a channel in a batch (m)"
  }

  /// Lines to compare with.
  private var marks: [(value: Double, label: String)] {
    let m = Double(trace.valuesOfABatch)
    let bias = m > 1 && m <= 32 ? [((m - 1) / m, "(m - 1) / m")] : []
    return [(1, "")] + bias
  }

  private var legend: String {
    var x = Self.left
    return trace.curves.map { curve in
      let style = Style(of: curve.estimate)
      defer { x += style.legendWidth }
      return """
        <line x1="\(x)" y1="48" x2="\(x + 24)" y2="48" stroke="\(style.colour)" stroke-width="2"\(style.dashes)/>\
        <text x="\(x + 30)" y="52">\(style.name)</text>
        """
    }.joined(separator: "\n")
  }

  private func panel(
    top: Double, bottom: Double, axis: Axis, caption: String, marks: [(value: Double, label: String)],
    _ values: (ConvergenceTrace.Curve) -> [Double]
  ) -> String {
    let end = Self.width - Self.right
    let last = Double(max(2, trace.updates.last ?? 2))
    func x(_ batch: Int) -> Double { Self.left + (Double(batch) - 1) / (last - 1) * (end - Self.left) }
    func y(_ value: Double) -> Double { bottom - axis.position(of: value) * (bottom - top) }
    var lines = ["<text x=\"\(Self.left)\" y=\"\(top - 8)\" fill=\"#444444\">\(caption)</text>"]
    for tick in axis.ticks {
      lines.append(
        """
        <line x1="\(Self.left)" y1="\(fixed(y(tick), digits: 1))" x2="\(end)" y2="\(fixed(y(tick), digits: 1))" \
        stroke="#e4e4e4"/><text x="\(Self.left - 8)" y="\(fixed(y(tick) + 4, digits: 1))" text-anchor="end" \
        fill="#444444">\(Self.label(tick))</text>
        """)
    }
    for batch in Self.ticks(upTo: Int(last)) {
      lines.append(
        """
        <text x="\(fixed(x(batch), digits: 1))" y="\(bottom + 16)" text-anchor="middle" \
        fill="#444444">\(batch)</text>
        """)
    }
    for mark in marks {
      let height = fixed(y(mark.value), digits: 1)
      lines.append(
        """
        <line x1="\(Self.left)" y1="\(height)" x2="\(end)" y2="\(height)" stroke="#888888" stroke-dasharray="1 3"/>\
        <text x="\(Self.left + 4)" y="\(fixed(y(mark.value) + 13, digits: 1))" fill="#666666">\(mark.label)</text>
        """)
    }
    for curve in trace.curves {
      let style = Style(of: curve.estimate)
      let points = zip(trace.updates, values(curve)).map {
        "\(fixed(x($0), digits: 1)),\(fixed(y($1), digits: 1))"
      }
      lines.append(
        """
        <polyline fill="none" stroke="\(style.colour)" stroke-width="2"\(style.dashes) \
        points="\(points.joined(separator: " "))"/>
        """)
    }
    return lines.joined(separator: "\n")
  }

  /// Some batches along the axis, the first and the last among them.
  private static func ticks(upTo last: Int) -> [Int] {
    let steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000]
    let step = steps.first { last / $0 <= 8 } ?? max(1, last / 8)
    return [1] + stride(from: step, through: last, by: step).filter { $0 > 1 }
  }

  private static func label(_ value: Double) -> String {
    fixed(value, digits: value >= 1 ? 1 : 6).trimmedZeros
  }

  /// How a curve looks; dashes tell curves apart where colours do not.
  private struct Style {
    let name: String
    let colour: String
    let dashes: String
    let legendWidth: Double

    init(of estimate: ConvergenceTrace.Estimate) {
      switch estimate {
      case .biasedMovingAverage: (name, colour, dashes, legendWidth) = ("moving, Keras", "#0072b2", "", 150)
      case .unbiasedMovingAverage:
        (name, colour, dashes, legendWidth) = ("moving, PyTorch", "#56b4e9", " stroke-dasharray=\"6 3\"", 165)
      case .population:
        (name, colour, dashes, legendWidth) = (
          "mean over batches", "#d55e00", " stroke-dasharray=\"10 4\"", 185
        )
      case .pooled: (name, colour, dashes, legendWidth) = ("all data so far", "#009e73", "", 150)
      }
    }
  }
}

extension String {
  /// A decimal fraction without zeros at its end.
  fileprivate var trimmedZeros: String {
    guard contains(".") else { return self }
    var text = self
    while text.hasSuffix("0") { text.removeLast() }
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }
}

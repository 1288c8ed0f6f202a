import BatchNormFolding
import Bytes
import Elements

/// What a conversion did to the arrays.
package struct ConversionPart: ReportPart {
  private let format: FileFormat
  private let rounding: ModelDifference
  /// The new type of the weights, if they got one.
  private let type: ElementType?

  package init(format: FileFormat, rounding: ModelDifference, type: ElementType?) {
    (self.format, self.rounding, self.type) = (format, rounding, type)
  }

  private var rounded: [(name: ByteString, difference: ArrayDifference)] {
    rounding.entries.compactMap { entry in
      if case .array(let difference) = entry.kind { (entry.name, difference) } else { nil }
    }
  }

  private var worst: (name: ByteString, difference: ArrayDifference)? {
    rounded.max { ($0.difference.largest ?? 0) < ($1.difference.largest ?? 0) }
  }

  private var overflows: Int { rounded.reduce(0) { $0 + $1.difference.overflows } }

  package func lines(for style: TextStyle) -> [String] {
    let same = "\(rounding.equalArrayWords) the same, bit for bit"
    let mark = style.styled("✓", .green)
    guard let type else { return ["\(mark) equal: \(same)"] }
    var lines = ["\(mark) rounded once: \(same)", "  \(counted(rounded.count, "array")) became \(type)"]
    if let worst, let largest = worst.difference.largest, largest > 0 {
      let share =
        worst.difference.scale > 0
        ? ", \(scientific(largest / worst.difference.scale)) of its largest value" : ""
      lines.append("  largest error \(scientific(largest)) (\(worst.name)\(share))")
    }
    if overflows > 0 {
      let first = rounded.first { $0.difference.overflows > 0 }
      lines.append(
        style.styled("! \(overflowWords(type))", .red) + (first.map { " (first in \($0.name))" } ?? ""))
    }
    return lines
  }

  private func overflowWords(_ type: ElementType) -> String {
    "\(counted(overflows, "element")) too large for \(type) became infinite"
  }

  package var brief: String? { type.map { "rounded once to \($0)" } ?? "equal" }

  package var findings: [Finding] {
    guard let type else { return [] }
    return rounded.filter { $0.difference.overflows > 0 }.map { array in
      Finding(
        .warning, Refusal.Code.overflow.rawValue, layer: array.name,
        "\(counted(array.difference.overflows, "element")) too large for \(type) became infinite",
        advice: "keep float32, or bfloat16, which has its range")
    }
  }

  package var members: [JSONOutput.Member] {
    [
      ("format", .text(format.rawValue)),
      ("dtype", type.json { .text("\($0)") }), ("equal_arrays", .integer(rounding.equalArrays)),
      ("rounded_arrays", .integer(rounded.count)), ("overflows", .integer(overflows)),
      ("largest_error", (worst?.difference.largest).json { .number($0) }),
      ("largest_error_in", worst.json { .string($0.name) }),
    ]
  }
}

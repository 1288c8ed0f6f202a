import BatchNormFolding
import Bytes
import Elements
import Jobs

/// What a conversion did, for people and for programs.
struct ConversionReport {
  let answer: ConversionAnswer
  let rounding: ModelDifference
  /// The new type of the weights, if they got one.
  let type: ElementType?

  private var rounded: [(name: ByteString, difference: ArrayDifference)] {
    rounding.entries.compactMap { entry in
      if case .array(let difference) = entry.kind { (entry.name, difference) } else { nil }
    }
  }

  private var worst: (name: ByteString, difference: ArrayDifference)? {
    rounded.max { ($0.difference.largest ?? 0) < ($1.difference.largest ?? 0) }
  }

  private var overflows: Int { rounded.reduce(0) { $0 + $1.difference.overflows } }

  func lines(for terminal: Terminal) -> [String] {
    let same = "\(grouped(rounding.equalArrays)) arrays are the same, bit for bit"
    guard let type else { return ["Check: \(terminal.styled("equal", .green)); \(same)"] + notes }
    var lines = ["Check: \(terminal.styled("rounded once", .green)); \(same)"]
    lines.append("  \(grouped(rounded.count)) arrays became \(type)")
    if let worst, let largest = worst.difference.largest, largest > 0 {
      let share =
        worst.difference.scale > 0
        ? ", \(scientific(largest / worst.difference.scale)) of its largest value" : ""
      lines.append("  largest error \(scientific(largest)) (\(worst.name)\(share))")
    }
    if overflows > 0 {
      let first = rounded.first { $0.difference.overflows > 0 }
      lines.append(
        terminal.styled(
          "  \(grouped(overflows)) elements are too large for \(type) and became infinite", .red)
          + (first.map { " (first in \($0.name))" } ?? ""))
    }
    return lines + notes
  }

  private var notes: [String] { answer.notes.map { "Note: \($0)" } }

  var json: [(String, JSONOutput)] {
    [
      ("dtype", type.map { .text("\($0)") } ?? .null), ("equal_arrays", .integer(rounding.equalArrays)),
      ("rounded_arrays", .integer(rounded.count)), ("overflows", .integer(overflows)),
      ("largest_error", worst?.difference.largest.map { .number($0) } ?? .null),
      ("largest_error_in", worst.map { .string($0.name) } ?? .null),
      ("notes", .array(answer.notes.map { .text($0) })),
    ]
  }
}

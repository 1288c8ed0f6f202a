import BatchNormFolding
import Bytes

/// What differs between two files.
package struct DifferencePart: ReportPart {
  package let difference: ModelDifference

  package init(_ difference: ModelDifference) { self.difference = difference }

  package func lines(for style: TextStyle) -> [String] {
    let equal = "\(difference.equalArrayWords) the same, bit for bit"
    guard !difference.isEmpty else { return ["\(style.styled("✓", .green)) no difference; \(equal)"] }
    let title = "\(style.styled("✗", .red)) \(counted(difference.entries.count, "difference")); \(equal)"
    var table = Table(["Layer or array", "Change", "What"])
    for entry in difference.entries {
      table.add([entry.shownName, entry.kind.change, entry.kind.details])
    }
    return [title, ""] + table.lines(for: style)
  }

  package var brief: String? {
    difference.isEmpty ? "no difference" : counted(difference.entries.count, "difference")
  }

  package var findings: [Finding] {
    difference.entries.map {
      Finding(.error, "difference", layer: $0.layer ?? $0.name, "\($0.kind.change): \($0.kind.details)")
    }
  }

  package var members: [JSONOutput.Member] {
    [
      ("equal", .boolean(difference.isEmpty)), ("equal_arrays", .integer(difference.equalArrays)),
      ("differences", .array(difference.entries.map(Self.json))),
    ]
  }

  private static func json(_ entry: ModelDifference.Entry) -> JSONOutput {
    let name = ("name", JSONOutput.string(entry.name))
    let layer = ("layer", entry.layer.json { JSONOutput.string($0) })
    switch entry.kind {
    case .partRemoved(let arrays):
      return .object([name, ("change", .text("layer-removed")), ("arrays", .integer(arrays))])
    case .partAdded(let arrays):
      return .object([name, ("change", .text("layer-added")), ("arrays", .integer(arrays))])
    case .part(let what): return .object([name, ("change", .text("layer-changed")), ("what", .text(what))])
    case .arrayRemoved: return .object([name, layer, ("change", .text("array-removed"))])
    case .arrayAdded: return .object([name, layer, ("change", .text("array-added"))])
    case .arrayNotCompared(let type):
      return .object([
        name, layer, ("change", .text("array-not-compared")), ("type", .text("\(type)")),
      ])
    case .array(let difference):
      return .object([
        name, layer, ("change", .text("array-changed")),
        ("shapes", pair(difference.shapes.map { ($0.before, $0.after) }) { .array($0.map { .integer($0) }) }),
        ("types", pair(difference.types.map { ($0.before, $0.after) }) { .text("\($0)") }),
        ("different_elements", .integer(difference.differentElements)),
        ("elements", .integer(difference.elements)),
        ("largest_difference", difference.largest.json { .number($0) }),
        ("largest_magnitude", .number(difference.scale)), ("overflows", .integer(difference.overflows)),
      ])
    }
  }

  private static func pair<Value>(_ values: (Value, Value)?, _ json: (Value) -> JSONOutput) -> JSONOutput {
    values.json { .array([json($0.0), json($0.1)]) }
  }
}

extension ModelDifference {
  /// The arrays that are the same, as the beginning of a clause.
  var equalArrayWords: String { "\(counted(equalArrays, "array")) \(equalArrays == 1 ? "is" : "are")" }
}

import BatchNormFolding
import Bytes

/// What differs between two files, for people and for programs.
struct DifferenceReport {
  let difference: ModelDifference

  func lines(for terminal: Terminal) -> [String] {
    let equal = "\(grouped(difference.equalArrays)) arrays are the same, bit for bit."
    guard !difference.isEmpty else { return [terminal.styled("No difference", .green) + "; \(equal)"] }
    var table = Table(["Layer or array", "Change", "What"])
    for entry in difference.entries {
      table.add([entry.shownName, entry.kind.change, entry.kind.details])
    }
    return table.lines(for: terminal)
      + ["", "\(counted(difference.entries.count, "difference")); \(equal)"]
  }

  var json: JSONOutput {
    .object([
      ("equal", .boolean(difference.isEmpty)), ("equal_arrays", .integer(difference.equalArrays)),
      ("differences", .array(difference.entries.map(Self.json))),
    ])
  }

  private static func json(_ entry: ModelDifference.Entry) -> JSONOutput {
    let name = ("name", JSONOutput.string(entry.name))
    switch entry.kind {
    case .partRemoved(let arrays):
      return .object([name, ("change", .text("layer-removed")), ("arrays", .integer(arrays))])
    case .partAdded(let arrays):
      return .object([name, ("change", .text("layer-added")), ("arrays", .integer(arrays))])
    case .part(let what): return .object([name, ("change", .text("layer-changed")), ("what", .text(what))])
    case .arrayRemoved: return .object([name, ("change", .text("array-removed"))])
    case .arrayAdded: return .object([name, ("change", .text("array-added"))])
    case .arrayNotCompared(let type):
      return .object([name, ("change", .text("array-not-compared")), ("type", .text("\(type)"))])
    case .array(let difference):
      return .object([
        name, ("change", .text("array-changed")),
        ("shapes", pair(difference.shapes.map { ($0.before, $0.after) }) { .array($0.map { .integer($0) }) }),
        ("types", pair(difference.types.map { ($0.before, $0.after) }) { .text("\($0)") }),
        ("different_elements", .integer(difference.differentElements)),
        ("elements", .integer(difference.elements)),
        ("largest_difference", difference.largest.map { .number($0) } ?? .null),
        ("largest_magnitude", .number(difference.scale)), ("overflows", .integer(difference.overflows)),
      ])
    }
  }

  private static func pair<Value>(_ values: (Value, Value)?, _ json: (Value) -> JSONOutput) -> JSONOutput {
    values.map { .array([json($0.0), json($0.1)]) } ?? .null
  }
}

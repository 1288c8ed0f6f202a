import BatchNormFolding
import Tensor

/// What differs between two files, for people and for programs.
struct DifferenceReport {
  let difference: ModelDifference

  func lines(for terminal: Terminal) -> [String] {
    let equal = "\(grouped(difference.equalArrays)) arrays are the same, bit for bit."
    guard !difference.isEmpty else { return [terminal.styled("No difference", .green) + "; \(equal)"] }
    var table = Table(["Layer or array", "Change", "What"])
    for entry in difference.entries {
      let (change, what) = Self.words(for: entry.kind)
      table.add([entry.name.isEmpty ? "(no name)" : entry.name.description, change, what])
    }
    return table.lines(for: terminal)
      + ["", "\(grouped(difference.entries.count)) differences; \(equal)"]
  }

  private static func words(for kind: ModelDifference.Kind) -> (change: String, what: String) {
    switch kind {
    case .partRemoved(let arrays): ("removed", arrays == 1 ? "with 1 array" : "with \(arrays) arrays")
    case .partAdded(let arrays): ("added", arrays == 1 ? "with 1 array" : "with \(arrays) arrays")
    case .part(let what): ("changed", what)
    case .arrayRemoved: ("removed", "")
    case .arrayAdded: ("added", "")
    case .array(let difference): ("changed", words(for: difference))
    case .arrayNotCompared(let type): ("unknown", "elements of type \(type) are not compared")
    }
  }

  private static func words(for difference: ArrayDifference) -> String {
    if let shapes = difference.shapes {
      return "shape \(describe(shapes.before)) became \(describe(shapes.after))"
    }
    var words: [String] = []
    if let types = difference.types { words.append("\(types.before) became \(types.after)") }
    if difference.differentElements > 0 || words.isEmpty {
      words.append("\(grouped(difference.differentElements)) of \(grouped(difference.elements)) elements")
    }
    if let largest = difference.largest, difference.differentElements > 0 {
      let share =
        difference.scale > 0 ? " (\(scientific(largest / difference.scale)) of the largest value)" : ""
      words.append("at most \(scientific(largest))\(share)")
    }
    if difference.overflows > 0 { words.append("\(grouped(difference.overflows)) no longer finite") }
    return words.joined(separator: ", ")
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

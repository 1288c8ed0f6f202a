import Bytes
import Elements

extension ModelDifference.Kind: CustomStringConvertible {
  /// In a word: removed, added, changed or unknown.
  public var change: String {
    switch self {
    case .partRemoved, .arrayRemoved: "removed"
    case .partAdded, .arrayAdded: "added"
    case .part, .array: "changed"
    case .arrayNotCompared: "unknown"
    }
  }

  /// What is different; empty where the word says all.
  public var details: String {
    switch self {
    case .partRemoved(let arrays), .partAdded(let arrays): "with \(counted(arrays, "array"))"
    case .part(let what): what
    case .arrayRemoved, .arrayAdded: ""
    case .array(let difference): difference.description
    case .arrayNotCompared(let type): "elements of type \(type) are not compared"
    }
  }

  public var description: String { change + (details.isEmpty ? "" : ", \(details)") }
}

extension ModelDifference.Entry: CustomStringConvertible {
  /// The name, if there is one, after that of the layer where the name does not say it.
  package var shownName: String {
    let own = name.isEmpty ? "(no name)" : name.description
    guard let layer, !layer.isEmpty, !name.hasPrefix(layer + "/"), !name.hasPrefix(layer + ".") else {
      return own
    }
    return "\(layer): \(own)"
  }

  public var description: String { "\(shownName): \(kind)" }
}

extension ArrayDifference: CustomStringConvertible {
  /// Which elements differ, and by how much.
  public var description: String {
    if let shapes {
      return "shape \(describe(shapes.before)) became \(describe(shapes.after))"
    }
    var words: [String] = []
    if let types { words.append("\(types.before) became \(types.after)") }
    if differentElements > 0 || words.isEmpty {
      words.append("\(grouped(differentElements)) of \(grouped(elements)) elements")
    }
    if let largest, differentElements > 0 {
      let share =
        scale > 0 ? " (\(scientific(largest / scale)) of the largest value)" : ""
      words.append("at most \(scientific(largest))\(share)")
    }
    if overflows > 0 { words.append("\(grouped(overflows)) no longer finite") }
    return words.joined(separator: ", ")
  }
}

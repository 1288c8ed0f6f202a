import BatchNormFolding
import Bytes

/// Which inputs and outputs of two models belong together, where that is not said by their names alone.
struct EndPairs {
  private let ends: [ModelEndPair]

  init(_ ends: [ModelEndPair]) { self.ends = ends }

  /// Pairs that are shown; the rest is counted.
  private static let shown = 8

  /// A line for each pair that is not of the same name and the same axes.
  var lines: [String] {
    let told = ends.filter { $0.reason != .name || $0.move != nil || $0.shape != nil }
    let rest = told.count - Self.shown
    return told.prefix(Self.shown).map(line)
      + (rest > 0 ? ["and \(counted(rest, "more pair"))"] : [])
  }

  private func line(_ pair: ModelEndPair) -> String {
    let what = pair.isInput ? "input" : "output"
    let name = pair.original == pair.other ? "\(pair.original)" : "\(pair.original) is \(pair.other)"
    let reason =
      switch pair.reason {
      case .given: " (--map)"
      case .name: ""
      case .order: " (by order and shape)"
      }
    let move =
      switch pair.move {
      case .channelsFirst: ", which has its channels first"
      case .channelsLast: ", which has its channels last"
      case nil: ""
      }
    let shape = pair.shape.map { sizes in
      ", compared for \(sizes.map { $0.map { "\($0)" } ?? "any" }.joined(separator: " x ")) alone"
    }
    return "\(what) \(name)\(reason)\(move)\(shape ?? "")"
  }

  var json: JSONOutput {
    .array(
      ends.map { pair in
        .object([
          ("kind", .text(pair.isInput ? "input" : "output")), ("original", .string(pair.original)),
          ("folded", .string(pair.other)), ("found_by", .text(pair.reason.rawValue)),
          ("layout", pair.move.json { .text($0.rawValue) }),
          (
            "compared_shape",
            pair.shape.json { sizes in .array(sizes.map { size in size.json { .integer($0) } }) }
          ),
        ])
      })
  }
}

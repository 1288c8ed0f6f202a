/// Which layers are at fault for what was found.
struct Blame {
  private let mismatches: [Mismatch]
  private let new: FlatGraph

  init(_ mismatches: [Mismatch], new: FlatGraph) { (self.mismatches, self.new) = (mismatches, new) }

  /// One for each layer, the one that explains most first, then in the order of the data.
  var differences: [Difference] {
    let names = Dictionary(new.nodes.map { ($0.layerNumber, $0.path) }) { first, _ in first }
    // A layer in the suspects of many is likelier than one that is in those of one.
    var votes: [Int: Double] = [:]
    for mismatch in mismatches {
      for suspect in mismatch.suspects { votes[suspect, default: 0] += 1 / Double(mismatch.suspects.count) }
    }
    var seen: Set<Int> = []
    var found: [(votes: Double, difference: Difference)] = []
    for mismatch in mismatches {
      // Of two that explain as much, the later one is nearer to where it shows.
      let culprit = mismatch.suspects.max { (votes[$0] ?? 0, $0) < (votes[$1] ?? 0, $1) } ?? -1
      guard culprit < 0 || seen.insert(culprit).inserted else { continue }
      var shown = mismatch
      if let home = mismatch.home, home != culprit, let name = names[home] {
        shown.subject = "seen in \(name), \(mismatch.subject)"
      }
      found.append((votes[culprit] ?? 0, Difference(shown, layer: names[culprit] ?? mismatch.oldLayer ?? "")))
    }
    let ranked = found.enumerated().sorted {
      ($0.element.difference.isDifference ? 0 : 1, -$0.element.votes, $0.offset)
        < ($1.element.difference.isDifference ? 0 : 1, -$1.element.votes, $1.offset)
    }
    return ranked.map(\.element.difference)
  }
}

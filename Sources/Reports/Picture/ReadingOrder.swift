/// An order in which each node comes after what it reads, and branches and blocks stay in one piece.
///
/// It is the order in which a search from the results towards the inputs leaves the nodes. The search takes the longest way first,
/// so that a node that reads something early and is needed late comes right before it is needed.
struct ReadingOrder {
  /// The nodes; where they read in a circle, one of them comes before what it reads.
  let order: [Int]

  /// - Parameter sources: what each node reads.
  init(sources: [[Int]]) {
    var isRead = Array(repeating: false, count: sources.count)
    for source in sources.joined() { isRead[source] = true }
    let results = sources.indices.filter { !isRead[$0] }
    // Nodes of a circle that nothing else reads come last.
    let roots = results + sources.indices.filter { isRead[$0] }
    var depths = Array(repeating: 0, count: sources.count)
    for node in Self.leaving(roots, sources) {
      depths[node] = (sources[node].map { depths[$0] }.max() ?? -1) + 1
    }
    func deepestFirst(_ nodes: [Int]) -> [Int] {
      nodes.enumerated().sorted {
        (depths[$1.element], $0.offset) < (depths[$0.element], $1.offset)
      }.map(\.element)
    }
    order = Self.leaving(
      deepestFirst(results) + roots.dropFirst(results.count), sources.map(deepestFirst))
  }

  /// The nodes as a depth-first search leaves them.
  private static func leaving(_ roots: [Int], _ next: [[Int]]) -> [Int] {
    var left: [Int] = []
    var tried = Array(repeating: 0, count: next.count)
    var isSeen = Array(repeating: false, count: next.count)
    for root in roots where !isSeen[root] {
      var path = [root]
      isSeen[root] = true
      while let node = path.last {
        guard tried[node] < next[node].count else {
          left.append(path.removeLast())
          continue
        }
        let other = next[node][tried[node]]
        tried[node] += 1
        guard !isSeen[other] else { continue }
        isSeen[other] = true
        path.append(other)
      }
    }
    return left
  }
}

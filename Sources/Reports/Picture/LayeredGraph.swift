/// Boxes in layers, each below what it reads; wires that are longer than a layer get places in those between.
///
/// Source: K. Sugiyama, S. Tagawa, M. Toda, Methods for visual understanding of hierarchical system structures, 1981.
struct LayeredGraph {
  /// A box, or a place where a wire passes a layer.
  struct Vertex {
    /// The number of the box; nil for a place of a wire.
    let box: Int?
    let rank: Int
    var above: [Int] = []
    var below: [Int] = []
  }

  private(set) var vertices: [Vertex]
  /// The vertices of each layer, from the left.
  private(set) var ranks: [[Int]] = []

  /// Places for wires, at most; longer ones go straight when there are more.
  private static let mostPlaces = 6_000

  /// Boxes without wires in a line.
  private static let mostAlone = 8

  /// - Parameters:
  ///   - count: boxes, each after all that it reads.
  ///   - wires: without those that go backwards.
  ///   - first: a box that is above all others.
  ///   - last: a box that is below all others.
  init(count: Int, wires: [StackPartition.Wire], first: Int? = nil, last: Int? = nil) {
    let levels = Self.levels(count, wires, first, last)
    vertices = levels.enumerated().map { Vertex(box: $0, rank: $1) }
    // One chain of places for all that read the same box.
    var chains: [Int: [Int]] = [:]
    for wire in wires.sorted(by: { (levels[$0.to], $0.to, $0.from) < (levels[$1.to], $1.to, $1.from) }) {
      var chain = chains[wire.from] ?? [wire.from]
      while levels[wire.from] + chain.count < levels[wire.to], vertices.count < count + Self.mostPlaces {
        vertices.append(Vertex(box: nil, rank: levels[wire.from] + chain.count))
        connect(chain[chain.count - 1], vertices.count - 1)
        chain.append(vertices.count - 1)
      }
      chains[wire.from] = chain
      connect(chain[min(chain.count, levels[wire.to] - levels[wire.from]) - 1], wire.to)
    }
    ranks = Array(repeating: [], count: (levels.max() ?? -1) + 1)
    for index in vertices.indices { ranks[vertices[index].rank].append(index) }
    arrange()
  }

  private mutating func connect(_ above: Int, _ below: Int) {
    vertices[above].below.append(below)
    vertices[below].above.append(above)
  }

  /// The longest way to each box; one that reads nothing is right above what reads it.
  private static func levels(
    _ count: Int, _ wires: [StackPartition.Wire], _ first: Int?, _ last: Int?
  ) -> [Int] {
    var (levels, isFed) = (
      Array(repeating: first == nil ? 0 : 1, count: count), Array(repeating: false, count: count)
    )
    if let first { levels[first] = 0 }
    for wire in wires.sorted(by: { ($0.from, $0.to) < ($1.from, $1.to) }) {
      levels[wire.to] = max(levels[wire.to], levels[wire.from] + 1)
      isFed[wire.to] = true
    }
    var nearest = Array(repeating: Int.max, count: count)
    for wire in wires { nearest[wire.from] = min(nearest[wire.from], levels[wire.to]) }
    for index in 0..<count where !isFed[index] && index != first && nearest[index] < .max {
      levels[index] = nearest[index] - 1
    }
    // What has no wire at all is in lines of its own.
    var alone = 0
    for index in 0..<count where first == nil && !isFed[index] && nearest[index] == .max {
      levels[index] = alone / Self.mostAlone
      alone += 1
    }
    if let last { levels[last] = (levels.indices.filter { $0 != last }.map { levels[$0] }.max() ?? 0) + 1 }
    return levels
  }

  /// Orders each layer by the middle of what is connected with it, above and below in turn.
  private mutating func arrange() {
    guard ranks.contains(where: { $0.count > 1 }) else { return }
    var position = Array(repeating: 0.0, count: vertices.count)
    func number(_ rank: [Int]) { for (place, index) in rank.enumerated() { position[index] = Double(place) } }
    ranks.forEach(number)
    for turn in 0..<8 {
      let isDown = turn % 2 == 0
      for rank in isDown ? Array(ranks.indices) : ranks.indices.reversed() where ranks[rank].count > 1 {
        let middles = ranks[rank].map { index in
          let connected = isDown ? vertices[index].above : vertices[index].below
          return connected.isEmpty
            ? position[index] : connected.reduce(0) { $0 + position[$1] } / Double(connected.count)
        }
        ranks[rank] = zip(ranks[rank], middles).enumerated().sorted {
          ($0.element.1, $0.offset) < ($1.element.1, $1.offset)
        }.map(\.element.0)
        number(ranks[rank])
      }
    }
  }
}

/// Where the boxes of each layer are from the left: near what they are connected with, and apart.
struct HorizontalPlaces {
  /// The left side of each vertex.
  private(set) var left: [Double]

  private let graph: LayeredGraph
  private let boxes: [any PictureBox]
  private static let (gap, wireGap) = (18.0, 12.0)

  init(_ graph: LayeredGraph, _ boxes: [any PictureBox]) {
    (self.graph, self.boxes) = (graph, boxes)
    left = Array(repeating: 0, count: graph.vertices.count)
    for rank in graph.ranks {
      for (index, offset) in zip(rank, offsets(rank)) { left[index] = offset }
    }
    for turn in 0..<14 {
      let ranks = turn % 2 == 0 ? graph.ranks : graph.ranks.reversed()
      for rank in ranks { place(rank, isDown: turn % 2 == 0, isLast: turn > 11) }
    }
    let margin = left.min() ?? 0
    for index in left.indices { left[index] -= margin }
  }

  func width(of index: Int) -> Double { graph.vertices[index].box.map { boxes[$0].width } ?? 0 }

  /// Where a wire comes in at the top of a vertex.
  func entry(of index: Int) -> Double {
    left[index] + (graph.vertices[index].box.map { boxes[$0].entry } ?? 0)
  }

  /// Where a wire goes out at the bottom of a vertex.
  func exit(of index: Int) -> Double {
    left[index] + (graph.vertices[index].box.map { boxes[$0].exit } ?? 0)
  }

  /// The places of a layer where nothing is to the left of them.
  private func offsets(_ rank: [Int]) -> [Double] {
    var (x, offsets): (Double, [Double]) = (0, [])
    for index in rank {
      offsets.append(x)
      x += width(of: index) + (graph.vertices[index].box == nil ? Self.wireGap : Self.gap)
    }
    return offsets
  }

  private mutating func place(_ rank: [Int], isDown: Bool, isLast: Bool) {
    let offsets = offsets(rank)
    let wishes = rank.map { wish($0, isDown: isDown, isLast: isLast) }
    let shifts = Self.ascending(zip(wishes, offsets).map { ($0.place - $1, $0.weight) })
    for (position, index) in rank.enumerated() { left[index] = shifts[position] + offsets[position] }
  }

  private func wish(_ index: Int, isDown: Bool, isLast: Bool) -> (place: Double, weight: Double) {
    let vertex = graph.vertices[index]
    var places: [Double] = []
    if isDown || isLast { places += vertex.above.map { exit(of: $0) - (entry(of: index) - left[index]) } }
    if !isDown || isLast { places += vertex.below.map { entry(of: $0) - (exit(of: index) - left[index]) } }
    guard !places.isEmpty else { return (left[index], 0.1) }
    return (places.reduce(0, +) / Double(places.count), vertex.box == nil ? 3 : 1)
  }

  /// Numbers that do not fall and are as near as can be to those that are wished for.
  ///
  /// Source: the pool adjacent violators algorithm, R. Barlow et al., Statistical inference under order restrictions, 1972.
  private static func ascending(_ wishes: [(value: Double, weight: Double)]) -> [Double] {
    var pools: [(value: Double, weight: Double, count: Int)] = []
    for wish in wishes {
      var pool = (value: wish.value, weight: wish.weight, count: 1)
      while let last = pools.last, last.value >= pool.value {
        let weight = last.weight + pool.weight
        pool = (
          (last.value * last.weight + pool.value * pool.weight) / weight, weight, last.count + pool.count
        )
        pools.removeLast()
      }
      pools.append(pool)
    }
    return pools.flatMap { Array(repeating: $0.value, count: $0.count) }
  }
}

/// Finds blocks that follow themselves, and makes one item of each such row.
///
/// Blocks are the same if their layers, outcomes and inner wires are; names and sizes do not matter. Short blocks are found
/// first, so that a block may consist of blocks.
struct RepeatedBlocks {
  private var kinds: PictureKinds

  init(kinds: PictureKinds) { self.kinds = kinds }

  /// Lines that a block has to save to be worth a frame.
  private static let smallestSaving = 5
  /// Comparisons for a list, which limit the length of blocks in long lists.
  private static let comparisons = 20_000_000
  private static let longestBlock = 600
  /// Items whose wires are looked at for a list: networks without order are drawn as they are.
  private static let effort = 4_000_000

  func collapsed(_ items: [PictureItem]) -> [PictureItem] {
    var items = items
    var copy = self
    var effort = Self.effort
    while true {
      let before = items.count
      var period = 1
      while effort > 0,
        period <= min(items.count / 2, Self.longestBlock, Self.comparisons / max(items.count, 1))
      {
        let search = RepeatSearch(items: items, period: period, smallestSaving: Self.smallestSaving)
        effort -= search.effort
        if !search.blocks.isEmpty { items = copy.collapse(items, search.blocks) }
        period += 1
      }
      guard items.count < before else { return items }
    }
  }

  private mutating func collapse(_ items: [PictureItem], _ found: [RepeatedBlock]) -> [PictureItem] {
    var positions = Array(repeating: 0, count: items.count)
    var result: [PictureItem] = []
    var next = 0
    for block in found + [RepeatedBlock(start: items.count, period: 0, count: 0)] {
      while next < block.start {
        positions[next] = result.count
        result.append(items[next])
        next += 1
      }
      guard block.count > 0 else { break }
      for index in block.range { positions[index] = result.count }
      result.append(item(of: block, in: items))
      next = block.range.upperBound
    }
    for index in result.indices {
      result[index].sources = Set(result[index].sources.map { positions[$0] }).subtracting([index]).sorted()
    }
    return result
  }

  /// The item of a block; its sources are still places in the list that is given.
  private mutating func item(of block: RepeatedBlock, in items: [PictureItem]) -> PictureItem {
    let first = block.start..<block.start + block.period
    var body: [PictureItem] = []
    for index in first {
      var item = items[index]
      for turn in 1..<block.count { item.takeLayers(of: items[index + turn * block.period]) }
      item.isFed = item.isFed || item.sources.contains { !first.contains($0) }
      item.sources = item.sources.filter(first.contains).map { $0 - block.start }
      body.append(item)
    }
    // A block's result is what the next block reads, and what is read after the last one.
    for index in block.range {
      for source in items[index].sources where block.range.contains(source) {
        let (own, other) = ((index - block.start) / block.period, (source - block.start) / block.period)
        if own != other { body[(source - block.start) % block.period].isRead = true }
      }
    }
    for place in block.readOutside { body[(place - block.start) % block.period].isRead = true }
    let kind = kinds.number(of: "\(block.count) times \(PictureKinds.key(of: body))")
    var whole = PictureItem(
      content: .block(body, count: block.count), layers: [], kind: kind,
      sources: block.range.flatMap { items[$0].sources },
      names: (items[block.start].names.first, items[block.range.upperBound - 1].names.last))
    whole.isFed = block.range.contains { items[$0].isFed }
    whole.isRead = block.range.contains { items[$0].isRead }
    return whole
  }
}

extension PictureItem {
  /// Takes the layers of an item that looks the same.
  fileprivate mutating func takeLayers(of other: PictureItem) {
    layers += other.layers
    switch (content, other.content) {
    case (.block(let own, let count), .block(let others, _)):
      self = with(.block(Self.merged(own, others), count: count))
    case (.model(let own), .model(let others)): self = with(.model(Self.merged(own, others)))
    default: break
    }
  }

  private static func merged(_ own: [PictureItem], _ others: [PictureItem]) -> [PictureItem] {
    zip(own, others).map { item, other in
      var item = item
      item.takeLayers(of: other)
      return item
    }
  }

  private func with(_ content: Content) -> PictureItem {
    var item = PictureItem(
      content: content, layers: layers, kind: kind, sources: sources, names: names)
    (item.isFed, item.isRead) = (isFed, isRead)
    return item
  }
}

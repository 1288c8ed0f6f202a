/// A block that follows itself in a list.
struct RepeatedBlock {
  let start: Int
  let period: Int
  let count: Int
  /// Items of it that something after it reads.
  var readOutside: [Int] = []

  var range: Range<Int> { start..<start + period * count }
}

/// Looks in a list for blocks of one length that follow themselves.
struct RepeatSearch {
  private let items: [PictureItem]
  private let period: Int
  private let smallestSaving: Int
  /// Items that read each item.
  private var readers: [[Int]] = []
  /// How many results are needed on both sides of each place between items.
  private var crossing: [Int] = []
  /// How much it had to look at, in items.
  private(set) var effort = 0
  /// What was found, without overlaps, in order.
  private(set) var blocks: [RepeatedBlock] = []

  init(items: [PictureItem], period: Int, smallestSaving: Int) {
    (self.items, self.period, self.smallestSaving) = (items, period, smallestSaving)
    let stretches = self.stretches()
    guard !stretches.isEmpty else { return }
    look(at: items)
    effort = items.count + stretches.reduce(0) { $0 + $1.count * min(period, Self.triedStarts) }
    for stretch in stretches {
      guard let block = bestBlock(in: stretch) else { continue }
      blocks.append(block)
    }
  }

  /// Parts of the list in which each item looks like the one a block later.
  private func stretches() -> [Range<Int>] {
    var found: [Range<Int>] = []
    var start = 0
    for index in 0...max(0, items.count - period) {
      if index < items.count - period, items[index].kind == items[index + period].kind { continue }
      let range = max(start, found.last?.upperBound ?? 0)..<index + period
      if range.count >= 2 * period, saving(of: range) >= smallestSaving { found.append(range) }
      start = index + 1
    }
    return found
  }

  private func saving(of range: Range<Int>) -> Int {
    range.dropFirst(period).prefix(smallestSaving).reduce(0) { $0 + items[$1].rowCount }
  }

  private mutating func look(at items: [PictureItem]) {
    readers = Array(repeating: [], count: items.count)
    for (index, item) in items.enumerated() { for source in item.sources { readers[source].append(index) } }
    var changes = Array(repeating: 0, count: items.count + 2)
    for (index, own) in readers.enumerated() {
      guard let last = own.max(), last > index else { continue }
      changes[index + 1] += 1
      changes[last + 1] -= 1
    }
    var open = 0
    crossing = changes.map { change in
      open += change
      return open
    }
  }

  /// How well a block may begin at a place: few wires, names that differ before and after it, a fork before it.
  private struct Border {
    var wires = 0.0
    var sameNames = 0.0
    var forks = 0.0
    var count = 1

    /// The mean of several.
    init(_ borders: [Border]) {
      count = borders.count
      for border in borders {
        wires += border.wires / Double(count)
        sameNames += border.sameNames / Double(count)
        forks += border.forks / Double(count)
      }
    }

    init(wires: Int, sameNames: Int, forks: Int) {
      (self.wires, self.sameNames, self.forks) = (Double(wires), Double(sameNames), Double(forks))
    }

    func isBetter(than other: Border) -> Bool {
      (wires, sameNames, -forks, -count) < (other.wires, other.sameNames, -other.forks, -other.count)
    }
  }

  /// The best of all places where the first block may begin.
  private func bestBlock(in stretch: Range<Int>) -> RepeatedBlock? {
    var best: (block: RepeatedBlock, border: Border)?
    for start in likelyStarts(stretch) {
      guard let block = block(from: start, in: stretch) else { continue }
      let border = Border((0..<block.count).map { self.border(at: block.start + $0 * period) })
      if let best, !border.isBetter(than: best.border) { continue }
      best = (block, border)
    }
    return best?.block
  }

  /// Places to begin at that are tried in a stretch.
  private static let triedStarts = 12

  private func likelyStarts(_ stretch: Range<Int>) -> [Int] {
    let borders = (stretch.lowerBound..<stretch.lowerBound + period).map {
      (start: $0, border: border(at: $0))
    }
    return borders.sorted { left, right in
      left.border.isBetter(than: right.border)
        || !right.border.isBetter(than: left.border) && left.start < right.start
    }.prefix(Self.triedStarts).map(\.start)
  }

  private func border(at place: Int) -> Border {
    guard place > 0 else { return Border(wires: crossing[place], sameNames: 0, forks: 1) }
    let names = (items[place - 1].names.last, items[place].names.first)
    return Border(
      wires: crossing[place], sameNames: Self.sameParts(names.0, names.1), forks: readers[place - 1].count)
  }

  /// How many parts of two names are the same, such as 2 of `conv2_block1_out` and `conv2_block1_1_conv`.
  private static func sameParts(_ first: String, _ second: String) -> Int {
    var (parts, bytes) = (0, 0)
    for (left, right) in zip(first.utf8, second.utf8) {
      guard left == right, bytes < 200 else { break }
      if left == UInt8(ascii: "_") || left == UInt8(ascii: ".") { parts += 1 }
      bytes += 1
    }
    return parts
  }

  /// The longest row of blocks from a place on, in which all are wired alike.
  private func block(from start: Int, in stretch: Range<Int>) -> RepeatedBlock? {
    var first = start
    var longest: RepeatedBlock?
    while first + 2 * period <= stretch.upperBound {
      var count = 1
      while first + (count + 1) * period <= stretch.upperBound, isAlike(first, first + count * period) {
        count += 1
      }
      if count > (longest?.count ?? 1), let block = self.block(first, count) { longest = block }
      first += count * period
    }
    return longest
  }

  private func block(_ start: Int, _ count: Int) -> RepeatedBlock? {
    guard isInOnePiece(start) else { return nil }
    for (front, back) in [(0, 0), (1, 0), (0, 1), (1, 1)] where count - front - back >= 2 {
      var block = RepeatedBlock(start: start + front * period, period: period, count: count - front - back)
      let rows = (block.start..<block.start + period).reduce(0) { $0 + items[$1].rowCount }
      guard rows * (block.count - 1) >= smallestSaving, let read = readOutside(block) else { continue }
      block.readOutside = read
      return block
    }
    return nil
  }

  /// Whether a block has the same wires as the first one, and reads the one before it: branches beside each other do not.
  private func isAlike(_ first: Int, _ second: Int) -> Bool {
    let before = second - period..<second
    guard items[second..<second + period].contains(where: { $0.sources.contains(where: before.contains) })
    else {
      return false
    }
    return (0..<period).allSatisfy { place in
      let (own, other) = (wires(first + place, in: first), wires(second + place, in: second))
      return own.inner == other.inner && own.isFed == other.isFed
    }
  }

  /// Whether the wires in a block connect all of it: a part of one branch with a part of the next one is not a block.
  private func isInOnePiece(_ start: Int) -> Bool {
    let block = start..<start + period
    var isReached = Array(repeating: false, count: period)
    var waiting = [start]
    isReached[0] = true
    while let index = waiting.popLast() {
      for other in items[index].sources + readers[index]
      where block.contains(other) && !isReached[other - start] {
        isReached[other - start] = true
        waiting.append(other)
      }
    }
    return isReached.allSatisfy(\.self)
  }

  private func wires(_ index: Int, in start: Int) -> (inner: [Int], isFed: Bool) {
    let block = start..<start + period
    let inner = items[index].sources.filter(block.contains).map { $0 - start }
    return (inner, items[index].isFed || inner.count < items[index].sources.count)
  }

  /// Items that something after the last block reads: in all blocks the same, and others in the last block only.
  ///
  /// - Returns: nil where they differ, since one of the blocks is part of something larger.
  private func readOutside(_ block: RepeatedBlock) -> [Int]? {
    let read = block.range.filter { index in
      items[index].isRead || readers[index].contains { !block.range.contains($0) }
    }
    var places = Array(repeating: Set<Int>(), count: block.count)
    for index in read { places[(index - block.start) / period].insert((index - block.start) % period) }
    // What joins the results of two blocks may be the end of the second one, as in a residual block.
    guard block.count > 2 || places[0].isEmpty else { return nil }
    let isRegular =
      places.dropLast().allSatisfy { $0 == places[0] } && places[0].isSubset(of: places[block.count - 1])
    return isRegular ? read : nil
  }
}

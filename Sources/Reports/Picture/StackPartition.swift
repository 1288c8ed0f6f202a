/// Divides a list of items into stacks, in which each layer reads the one above it.
///
/// What else a layer reads is in the same stack, comes from outside the list, or is what the whole stack begins with, as in a
/// residual block.
struct StackPartition {
  /// Parts of the list, in order.
  private(set) var stacks: [Range<Int>] = []
  /// Which stacks each stack reads, and whether it comes before them, as in a circle.
  private(set) var wires: [Wire] = []

  /// One stack reads another one.
  struct Wire: Hashable {
    let from: Int
    let to: Int
  }

  /// Layers of a stack after which it ends where only one wire does, and in any case.
  private static let (preferredLength, longestLength) = (24, 40)

  /// Layers that a wire may pass without beginning a stack, such as those of squeeze-and-excitation.
  private static let shortArc = 4

  let items: [PictureItem]
  private var readers: [[Int]] = []
  private var isStart: [Bool]

  init(_ items: [PictureItem]) {
    self.items = items
    isStart = Array(repeating: false, count: items.count + 1)
    readers = Array(repeating: [], count: items.count)
    for (index, item) in items.enumerated() { for source in item.sources { readers[source].append(index) } }
    beginWhereNothingContinues()
    while beginWhereWiresEnd() {}
    let starts = items.indices.filter { isStart[$0] } + [items.count]
    stacks = zip(starts, starts.dropFirst()).map { $0..<$1 }
    findWires()
  }

  private mutating func beginWhereNothingContinues() {
    // What comes in from above is needed as long as something reads it.
    var (open, length) = (items.lastIndex { $0.isFed } ?? -1, 0)
    for (index, item) in items.enumerated() {
      // What is needed after this place, beside the item right before it.
      let isBorder = open < index
      length += 1
      let isFork = index > 0 && readers[index - 1].contains { $0 > index + Self.shortArc }
      let isLong = length > Self.longestLength || length > Self.preferredLength && isBorder
      if index == 0 || !item.sources.contains(index - 1) || !item.isLayer || !items[index - 1].isLayer
        || isBorder && (isFork || isLong)
      {
        isStart[index] = true
        length = 1
      }
      if index > 0 { open = max(open, readers[index - 1].max() ?? -1) }
    }
  }

  /// - Returns: whether something has changed.
  private mutating func beginWhereWiresEnd() -> Bool {
    var starts: [Int] = []
    var start = 0
    for index in items.indices {
      if isStart[index] { start = index }
      starts.append(start)
    }
    var changed = false
    func begin(_ index: Int) {
      guard !isStart[index] else { return }
      isStart[index] = true
      changed = true
    }
    for (index, item) in items.enumerated() {
      for source in item.sources where starts[source] != starts[index] {
        begin(source + 1)
        if !items[starts[index]].sources.contains(source) || !isStart[source + 1] { begin(index) }
      }
    }
    return changed
  }

  private mutating func findWires() {
    var stackOf = Array(repeating: 0, count: items.count)
    for (number, stack) in stacks.enumerated() { for index in stack { stackOf[index] = number } }
    var found: Set<Wire> = []
    for (index, item) in items.enumerated() {
      for source in item.sources where stackOf[source] != stackOf[index] {
        let wire = Wire(from: stackOf[source], to: stackOf[index])
        if found.insert(wire).inserted { wires.append(wire) }
      }
    }
  }

  /// Whether a layer of a stack reads, beside the one above it, what the stack begins with or something from outside.
  func isFedFromTop(_ index: Int, in stack: Range<Int>) -> Bool {
    index > stack.lowerBound
      && (items[index].isFed || items[index].sources.contains { !stack.contains($0) })
  }

  /// Whether something outside the list reads a layer that is not the last one of its stack.
  func isReadFromBottom(_ index: Int, in stack: Range<Int>) -> Bool {
    index < stack.upperBound - 1 && items[index].isRead
  }
}

extension PictureItem {
  var isLayer: Bool { if case .layers = content { true } else { false } }
}

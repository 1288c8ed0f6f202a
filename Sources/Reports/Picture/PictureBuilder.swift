import Bytes

/// Makes boxes of items, as many as a picture can have.
struct PictureBuilder {
  /// Layers that are not drawn.
  private(set) var leftOut: [Int] = []
  /// Wires that are not drawn, since too many lead to the same place.
  private(set) var leftOutWires = 0
  private let layers: [PictureLayer]
  /// Lines that are still free.
  private var free: Int

  init(_ layers: [PictureLayer], rowLimit: Int) { (self.layers, free) = (layers, rowLimit) }

  /// The drawing of a list, with the boxes where wires come in and go out.
  mutating func drawing(
    _ items: [PictureItem], detail: PictureRow.Detail = .names, columnHeight: Double = 760
  ) -> (drawing: LayeredDrawing, entry: Int?, exit: Int?) {
    let partition = StackPartition(fitting(items))
    let items = partition.items
    let detail = min(detail, Self.detail(partition))
    // A port is a box as well; the one above all others comes first.
    let isFed = items.contains { $0.isFed }
    let isRead = items.contains { $0.isRead }
    let shift = isFed ? 1 : 0
    var boxes: [any PictureBox] = isFed ? [PicturePort()] : []
    var wires = fewWires(partition.wires).map {
      StackPartition.Wire(from: $0.from + shift, to: $0.to + shift)
    }
    for (number, stack) in partition.stacks.enumerated() {
      boxes.append(box(of: stack, number, partition, detail))
      let own = number + shift
      if stack.contains(where: { items[$0].isFed }) { wires.append(.init(from: 0, to: own)) }
      if stack.contains(where: { items[$0].isRead }) {
        wires.append(.init(from: own, to: partition.stacks.count + shift))
      }
    }
    if isRead { boxes.append(PicturePort()) }
    let ports = (first: isFed ? 0 : nil, last: isRead ? boxes.count - 1 : nil)
    return (LayeredDrawing(boxes, wires, ports: ports, columnHeight: columnHeight), ports.first, ports.last)
  }

  /// Wires that lead to one box, at most; those from nearby are drawn.
  private static let wireLimit = 24

  private mutating func fewWires(_ wires: [StackPartition.Wire]) -> [StackPartition.Wire] {
    var counts: [Int: Int] = [:]
    return wires.sorted { ($0.to, -$0.from) < ($1.to, -$1.from) }.filter { wire in
      counts[wire.to, default: 0] += 1
      let isDrawn = counts[wire.to, default: 0] <= Self.wireLimit
      if !isDrawn { leftOutWires += 1 }
      return isDrawn
    }
  }

  /// As many items from the beginning as there is room for.
  private mutating func fitting(_ items: [PictureItem]) -> [PictureItem] {
    let count = min(items.count, free)
    leftOut += items.dropFirst(count).flatMap(\.allLayers)
    free -= count
    return items.prefix(count).map { item in
      var item = item
      item.sources = item.sources.filter { $0 < count }
      return item
    }
  }

  /// The more branches there are beside each other, the less each of them shows.
  private static func detail(_ partition: StackPartition) -> PictureRow.Detail {
    let wires = partition.wires.filter { $0.from < $0.to }
    let graph = LayeredGraph(count: partition.stacks.count, wires: wires)
    let widest = graph.ranks.map { rank in rank.count { graph.vertices[$0].box != nil } }.max() ?? 0
    return widest > 6 ? .classes : widest > 2 ? .shapes : .names
  }

  private mutating func box(
    of stack: Range<Int>, _ number: Int, _ partition: StackPartition, _ detail: PictureRow.Detail
  ) -> any PictureBox {
    let first = partition.items[stack.lowerBound]
    switch first.content {
    case .layers: return stackBox(stack, number, partition, detail)
    case .block(let body, let count):
      let inner = drawing(body, detail: detail, columnHeight: 2400)
      return FrameBox(
        inner.drawing, .count("× \(grouped(count))"),
        title: "\(grouped(count)) times the same block, one after the other",
        entry: inner.entry, exit: inner.exit)
    case .model(let body):
      let inner = drawing(body, detail: detail)
      let layer = layers[first.layers[0]]
      let name = PictureText.cut("\(layer.name): \(layer.className)", to: 40)
      return FrameBox(
        inner.drawing, .name(name), title: PictureText.cut(layer.path, to: 120) + "\n" + name,
        entry: inner.entry,
        exit: inner.exit)
    }
  }

  private func stackBox(
    _ stack: Range<Int>, _ number: Int, _ partition: StackPartition, _ detail: PictureRow.Detail
  ) -> StackBox {
    let items = partition.items
    var arcs: [SideArcs.Arc] = []
    for index in stack {
      let row = index - stack.lowerBound
      for source in items[index].sources where stack.contains(source) && source != index - 1 {
        arcs.append(.init(from: source - stack.lowerBound, to: row))
      }
      if partition.isFedFromTop(index, in: stack) { arcs.append(.init(from: nil, to: row)) }
      if partition.isReadFromBottom(index, in: stack) { arcs.append(.init(from: row, to: nil)) }
    }
    let rows = stack.map { index in PictureRow(items[index].layers.map { layers[$0] }, detail: detail) }
    return StackBox(
      rows, SideArcs(arcs, rowCount: rows.count),
      isFed: items[stack.lowerBound].isFed || !items[stack.lowerBound].sources.isEmpty,
      isRead: items[stack.upperBound - 1].isRead || partition.wires.contains { $0.from == number })
  }
}

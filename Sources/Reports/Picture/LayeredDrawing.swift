/// Boxes and the wires between them, at their places.
struct LayeredDrawing {
  private(set) var width = 0.0
  private(set) var height = 0.0

  private let boxes: [any PictureBox]
  private let graph: LayeredGraph
  private let places: HorizontalPlaces
  private let columns: PictureColumns
  /// Where each column begins, and what has to be added to the places of its boxes.
  private var shifts: [Double] = []
  private var columnLefts: [Double] = []
  private var tops: [Double] = []
  private var bottoms: [Double] = []
  private let backwards: [StackPartition.Wire]

  private static let (gap, portGap, columnGap, lane) = (24.0, 15.0, 52.0, 6.0)

  /// - Parameters:
  ///   - boxes: each after all that it reads.
  ///   - wires: between them.
  ///   - ports: the boxes where wires come in and go out.
  ///   - columnHeight: what is lower has one column.
  init(
    _ boxes: [any PictureBox], _ wires: [StackPartition.Wire], ports: (first: Int?, last: Int?) = (nil, nil),
    columnHeight: Double
  ) {
    self.boxes = boxes
    backwards = wires.filter { $0.from > $0.to }
    let forwards = wires.filter { $0.from < $0.to }
    let graph = LayeredGraph(count: boxes.count, wires: forwards, first: ports.first, last: ports.last)
    let places = HorizontalPlaces(graph, boxes)
    self.places = places
    self.graph = graph
    let heights = graph.ranks.map { rank in
      (rank.compactMap { graph.vertices[$0].box.map { boxes[$0].height } }.max() ?? 0)
    }
    let crossing = graph.ranks.map { rank in rank.reduce(0) { $0 + graph.vertices[$1].below.count } }
    let whole = graph.vertices.indices.map { places.left[$0] + places.width(of: $0) }.max() ?? 0
    // Several wires from one place count less than those from several ones.
    let load = zip(graph.ranks, crossing).map { rank, count in
      Double(rank.count { !graph.vertices[$0].below.isEmpty }) * 0.7 + Double(count) * 0.3
    }
    columns = PictureColumns(
      heights: heights.map { $0 + Self.gap }, crossing: load, width: whole + Self.columnGap,
      smallestHeight: columnHeight)
    placeColumns(heights, crossing, ports)
  }

  /// Where a wire from outside comes in, and where one leaves, if the boxes there are ports.
  func exit(ofBox box: Int) -> Double {
    places.exit(of: box) + shifts[columns.column[graph.vertices[box].rank]]
  }

  private mutating func placeColumns(
    _ heights: [Double], _ crossing: [Int], _ ports: (first: Int?, last: Int?)
  ) {
    var x = 0.0
    for column in 0..<columns.columnCount {
      let ranks = graph.ranks.indices.filter { columns.column[$0] == column }
      let vertices = ranks.flatMap { graph.ranks[$0] }
      let left = vertices.map { places.left[$0] }.min() ?? 0
      let right = vertices.map { places.left[$0] + places.width(of: $0) }.max() ?? 0
      if column > 0 { x += Self.columnGap + Self.lane * Double(ranks.first.map { crossing[$0 - 1] } ?? 0) }
      columnLefts.append(x)
      shifts.append(x - left)
      // Room for wires that turn around the ends of columns.
      var y = columns.columnCount > 1 ? 16.0 : 0
      for rank in ranks {
        tops.append(y)
        y += heights[rank]
        bottoms.append(y)
        let isPort =
          rank == ports.first.map { graph.vertices[$0].rank }
          || rank + 1 == ports.last.map { graph.vertices[$0].rank }
        y +=
          rank == ranks.last
          ? 0 : isPort && crossing[rank] == 1 ? Self.portGap : Self.gap + Double(min(crossing[rank], 12))
      }
      height = max(height, y + (columns.columnCount > 1 ? 16 : 0))
      x += right - left
    }
    width = x
  }

  func draw(x: Double, y: Double, on canvas: inout PictureCanvas) {
    for source in graph.vertices.indices { drawWires(from: source, x, y, on: &canvas) }
    for wire in backwards { drawBackwards(wire, x, y, on: &canvas) }
    for rank in graph.ranks {
      for index in rank {
        guard let box = graph.vertices[index].box else { continue }
        let column = columns.column[graph.vertices[index].rank]
        boxes[box].draw(
          x: x + places.left[index] + shifts[column], y: y + tops[graph.vertices[index].rank], on: &canvas)
      }
    }
  }

  private func drawWires(from source: Int, _ x: Double, _ y: Double, on canvas: inout PictureCanvas) {
    let vertex = graph.vertices[source]
    guard !vertex.below.isEmpty else { return }
    let column = columns.column[vertex.rank]
    let start = x + places.exit(of: source) + shifts[column]
    let top = y + tops[vertex.rank] + (vertex.box.map { boxes[$0].height } ?? 0)
    let bottom = y + bottoms[vertex.rank]
    var data = ""
    for target in vertex.below {
      let below = graph.vertices[target]
      let other = columns.column[below.rank]
      let end = x + places.entry(of: target) + shifts[other] + spread(source, at: target)
      let to = y + tops[below.rank]
      data += "M\(PictureCanvas.point(start, top))V\(PictureCanvas.number(bottom))"
      if other == column {
        let bend = (to - bottom) * 0.55
        data +=
          abs(start - end) < 0.5
          ? "V\(PictureCanvas.number(to))"
          : "C\(PictureCanvas.point(start, bottom + bend)) \(PictureCanvas.point(end, to - bend)) \(PictureCanvas.point(end, to))"
      } else {
        data += turn(
          from: (start, bottom), to: (end, to), left: x + columnLefts[other], lane: laneNumber(source, target)
        )
      }
      if let box = below.box, boxes[box].hasHead { canvas.head("head", x: end, y: to) }
    }
    canvas.path("wire", data)
  }

  /// Wires into the same box end beside each other.
  private func spread(_ source: Int, at target: Int) -> Double {
    guard let box = graph.vertices[target].box else { return 0 }
    let above = graph.vertices[target].above.sorted { (places.exit(of: $0), $0) < (places.exit(of: $1), $1) }
    guard above.count > 1, let place = above.firstIndex(of: source) else { return 0 }
    let room = min(boxes[box].entry, boxes[box].width - boxes[box].entry) * 1.6
    let step = min(12, room / Double(above.count))
    return (Double(place) - Double(above.count - 1) / 2) * step
  }

  private func laneNumber(_ source: Int, _ target: Int) -> Int {
    var lane = 0
    for index in graph.ranks[graph.vertices[source].rank] {
      for below in graph.vertices[index].below {
        if index == source && below == target { return lane }
        lane += 1
      }
    }
    return lane
  }

  /// From the bottom of a column to the top of the next one, on the left of that.
  private func turn(
    from start: (x: Double, y: Double), to end: (x: Double, y: Double), left: Double, lane: Int
  ) -> String {
    let offset = Double(lane) * Self.lane
    let (x, low, high) = (left - 20 - offset, start.y + 8 + min(offset, 12), end.y - 10 - min(offset, 6))
    let number = PictureCanvas.number
    let right = end.x >= x ? 6.0 : -6
    return
      "V\(number(low - 6))q0 6 6 6H\(number(x - 6))q6 0 6 -6V\(number(high + 6))q0 -6 6 -6H\(number(end.x - right))"
      + "q\(number(right)) 0 \(number(right)) \(number(max(2, end.y - high)))V\(number(end.y))"
  }

  private func drawBackwards(
    _ wire: StackPartition.Wire, _ x: Double, _ y: Double, on canvas: inout PictureCanvas
  ) {
    let (from, to) = (graph.vertices[wire.from], graph.vertices[wire.to])
    let start = x + places.exit(of: wire.from) + shifts[columns.column[from.rank]]
    let end = x + places.entry(of: wire.to) + shifts[columns.column[to.rank]]
    let (bottom, top) = (y + tops[from.rank] + boxes[wire.from].height, y + tops[to.rank])
    let aside = max(start, end) + max(boxes[wire.from].width, boxes[wire.to].width)
    canvas.path(
      "wire back",
      "M\(PictureCanvas.point(start, bottom))C\(PictureCanvas.point(aside, bottom + 40)) "
        + "\(PictureCanvas.point(aside, top - 40)) \(PictureCanvas.point(end, top))")
    canvas.head("head", x: end, y: top)
  }
}

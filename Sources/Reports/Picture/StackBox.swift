/// Layers that read each other, one below the other.
struct StackBox: PictureBox {
  let width: Double
  let height: Double
  let entry: Double
  var exit: Double { entry }
  private let rows: [PictureRow]
  private let places: [Double]
  private let rowWidth: Double
  private let arcs: SideArcs
  private let isFed: Bool
  private let isRead: Bool

  /// A line for a wire in between that is marked, and for one that leaves the stack at its side.
  private static let (obstacleHeight, railHeight, gap) = (15.0, 9.0, 2.0)

  /// - Parameters:
  ///   - isFed: whether a wire comes in from above.
  ///   - isRead: whether a wire goes out below.
  init(_ rows: [PictureRow], _ arcs: SideArcs, isFed: Bool, isRead: Bool) {
    (self.rows, self.arcs, self.isFed, self.isRead) = (rows, arcs, isFed, isRead)
    rowWidth = rows.map(\.width).max() ?? 0
    entry = rowWidth / 2
    width = rowWidth + arcs.width
    var y = arcs.hasTop ? Self.railHeight : 0
    var places: [Double] = []
    for (index, row) in rows.enumerated() {
      let isMarked = row.obstacleBefore != nil || index > 0 && rows[index - 1].obstacleAfter != nil
      y += isMarked ? Self.obstacleHeight : index > 0 ? Self.gap : 0
      places.append(y)
      y += row.height
    }
    self.places = places
    if rows.last?.obstacleAfter != nil { y += Self.obstacleHeight }
    height = y + (arcs.hasBottom ? Self.railHeight : 0)
  }

  func draw(x: Double, y: Double, on canvas: inout PictureCanvas) {
    var (wires, marked) = ("", "")
    let (top, bottom) = (y, y + height)
    for (index, row) in rows.enumerated() {
      let place = y + places[index]
      let above = index > 0 ? y + places[index - 1] + rows[index - 1].height : top
      if index > 0 || place > top, index > 0 || isFed || row.obstacleBefore != nil {
        let codes = [index > 0 ? rows[index - 1].obstacleAfter : nil, row.obstacleBefore].compactMap(\.self)
        let line = "M\(PictureCanvas.point(x + entry, above))V\(PictureCanvas.number(place))"
        if codes.isEmpty { wires += line } else { marked += line }
        label(codes, x: x, y: (above + place) / 2, on: &canvas)
      }
    }
    if let row = rows.last, let place = places.last.map({ y + $0 + row.height }), place < bottom {
      let line = "M\(PictureCanvas.point(x + entry, place))V\(PictureCanvas.number(bottom))"
      if let code = row.obstacleAfter {
        marked += line
        label([code], x: x, y: (place + bottom) / 2, on: &canvas)
      } else if isRead {
        wires += line
      }
    }
    let middles = zip(rows, places).map { y + $1 + $0.height / 2 }
    wires += arcs.data(side: x + rowWidth, entry: x + entry, top: top, bottom: bottom, middles: middles)
    canvas.path("wire", wires)
    canvas.path("obstacle", marked)
    arcs.drawHeads(side: x + rowWidth, middles: middles, on: &canvas)
    for (row, place) in zip(rows, places) { row.draw(x: x, y: y + place, width: rowWidth, on: &canvas) }
  }

  private func label(_ codes: [String], x: Double, y: Double, on canvas: inout PictureCanvas) {
    var seen: [String] = []
    for code in codes where !seen.contains(code) { seen.append(code) }
    canvas.text("code", seen.joined(separator: ", "), x: x + entry + 5, y: y + 3)
  }
}

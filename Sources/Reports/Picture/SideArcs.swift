/// Wires at the side of a stack: past some of its layers, from its top into it, or out of it to its bottom.
struct SideArcs {
  /// A wire from a layer to another one; nil is the top, or the bottom.
  struct Arc {
    let from: Int?
    let to: Int?
  }

  private let arcs: [(arc: Arc, lane: Int)]
  private let laneCount: Int
  private static let (laneWidth, longestLanes) = (7.0, 10)

  init(_ given: [Arc], rowCount: Int) {
    let spans = given.map { arc in
      (arc: arc, span: min(arc.from ?? -1, arc.to ?? rowCount)...max(arc.from ?? -1, arc.to ?? rowCount))
    }
    // Short ones are next to the stack.
    let sorted = spans.enumerated().sorted {
      ($0.element.span.count, $0.offset) < ($1.element.span.count, $1.offset)
    }.map(\.element)
    var lanes: [[ClosedRange<Int>]] = []
    arcs = sorted.map { arc, span in
      // Two wires may meet at a layer, and overlap nowhere else.
      let lane = lanes.firstIndex {
        $0.allSatisfy { $0.upperBound <= span.lowerBound || span.upperBound <= $0.lowerBound }
      }
      let chosen = lane ?? min(lanes.count, Self.longestLanes - 1)
      if chosen == lanes.count { lanes.append([]) }
      lanes[chosen].append(span)
      return (arc, chosen)
    }
    laneCount = lanes.count
  }

  var width: Double { laneCount == 0 ? 0 : Double(laneCount) * Self.laneWidth + 5 }
  var hasTop: Bool { arcs.contains { $0.arc.from == nil } }
  var hasBottom: Bool { arcs.contains { $0.arc.to == nil } }

  /// The wires as data of a path.
  ///
  /// - Parameters:
  ///   - side: the right side of the layers.
  ///   - entry: where the wire into the stack is, and the one out of it.
  ///   - middles: of the layers.
  func data(side: Double, entry: Double, top: Double, bottom: Double, middles: [Double]) -> String {
    arcs.map { arc, lane in
      let x = side + Double(lane + 1) * Self.laneWidth + 2
      let start = arc.from.map { middles[$0] + 2 } ?? top + 4
      let end = arc.to.map { middles[$0] - 2 } ?? bottom - 4
      let down = end >= start ? 4.0 : -4
      let begin = PictureCanvas.point(arc.from == nil ? entry : side, start)
      let number = PictureCanvas.number
      return
        "M\(begin)H\(number(x - 4))q4 0 4 \(number(down))V\(number(end - down))q0 \(number(down)) -4 \(number(down))"
        + "H\(number(arc.to == nil ? entry : side + 1))"
    }.joined()
  }

  func drawHeads(side: Double, middles: [Double], on canvas: inout PictureCanvas) {
    for case (let arc, _) in arcs {
      guard let y = arc.to.map({ middles[$0] - 2 }) else { continue }
      canvas.path(
        "head",
        "M\(PictureCanvas.point(side + 5, y - 3))L\(PictureCanvas.point(side, y))L\(PictureCanvas.point(side + 5, y + 3))Z"
      )
    }
  }
}

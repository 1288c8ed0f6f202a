/// A frame around boxes: a block with the number of its repeats, or a model with its name.
struct FrameBox: PictureBox {
  let width: Double
  let height: Double
  let entry: Double
  let exit: Double
  let hasHead: Bool
  private let drawing: LayeredDrawing
  private let heading: Heading
  private let title: String
  private let left: Double
  private let top: Double

  /// What a frame says of itself.
  enum Heading {
    case count(String)
    case name(String)

    fileprivate var text: String {
      switch self {
      case .count(let text), .name(let text): text
      }
    }
  }

  private static let (padding, headingHeight) = (12.0, 20.0)

  /// - Parameters:
  ///   - entry: the box in it where wires come in.
  ///   - exit: the box in it where wires go out.
  init(_ drawing: LayeredDrawing, _ heading: Heading, title: String, entry: Int?, exit: Int?) {
    (self.drawing, self.heading, self.title) = (drawing, heading, title)
    let label = PictureText.width(heading.text, size: 12) + 24
    width = max(drawing.width + 2 * Self.padding, label + Self.padding)
    left = (width - drawing.width) / 2
    hasHead = entry == nil
    // A count is at the border, a name inside.
    let inside = if case .name = heading { 10.0 } else { 0.0 }
    top = entry == nil ? Self.headingHeight + 4 : inside
    height = top + drawing.height + (exit == nil ? Self.padding : 0)
    self.entry = entry.map { [left] in left + drawing.exit(ofBox: $0) } ?? width / 2
    self.exit = exit.map { [left] in left + drawing.exit(ofBox: $0) } ?? width / 2
  }

  func draw(x: Double, y: Double, on canvas: inout PictureCanvas) {
    canvas.group(title: title) { canvas in
      switch heading {
      case .count(let text):
        canvas.box("block", x: x, y: y, width: width, height: height, radius: 8)
        let size = PictureText.width(text, size: 12) + 12
        canvas.box("count", x: x + width - size - 4, y: y - 8, width: size, height: 18, radius: 9)
        canvas.text("times", text, x: x + width - size / 2 - 4, y: y + 5.5)
      case .name(let text):
        canvas.box("model", x: x, y: y, width: width, height: height, radius: 8)
        canvas.text("class", text, x: x + 8, y: y + 14)
      }
    }
    if !hasHead, top > 0 {
      canvas.path("wire", "M\(PictureCanvas.point(x + entry, y))V\(PictureCanvas.number(y + top))")
    }
    drawing.draw(x: x + left, y: y + top, on: &canvas)
  }
}

/// Something that can be drawn, and that wires lead into and out of.
protocol PictureBox {
  var width: Double { get }
  var height: Double { get }
  /// Where a wire comes in at the top, from the left side.
  var entry: Double { get }
  /// Where a wire goes out at the bottom, from the left side.
  var exit: Double { get }
  /// Whether a wire that ends here shows its direction.
  var hasHead: Bool { get }

  /// Draws it with its corner at a place.
  func draw(x: Double, y: Double, on canvas: inout PictureCanvas)
}

extension PictureBox {
  var hasHead: Bool { true }
}

/// Where the wires of a frame come in, or go out.
struct PicturePort: PictureBox {
  let width = 0.0
  let height = 0.0
  let entry = 0.0
  let exit = 0.0
  let hasHead = false

  func draw(x: Double, y: Double, on canvas: inout PictureCanvas) {}
}

/// What the colors of the picture mean, in one line or several.
struct PictureLegend {
  let height: Double
  private let entries: [(sample: String, text: String, x: Double, line: Int)]
  private static let lineHeight = 20.0

  init(width: Double) {
    let given = [
      ("stays", "stays"), ("folds", "folds"), ("takes-in", "takes it in"), ("fits", "made to fit"),
      ("other", "other layer"), ("obstacle", "obstacle, with its code"),
      ("block", "× n: the same block n times"),
    ]
    var (x, line) = (0.0, 0)
    var entries: [(String, String, Double, Int)] = []
    for (sample, text) in given {
      let size = 22 + PictureText.width(text, size: 11) + 16
      if x > 0, x + size > width { (x, line) = (0, line + 1) }
      entries.append((sample, text, x, line))
      x += size
    }
    self.entries = entries
    height = Double(line + 1) * Self.lineHeight
  }

  func draw(x: Double, y: Double, on canvas: inout PictureCanvas) {
    for entry in entries {
      let (left, top) = (x + entry.x, y + Double(entry.line) * Self.lineHeight)
      if entry.sample == "obstacle" {
        canvas.path(entry.sample, "M\(PictureCanvas.point(left + 8, top))v13")
      } else {
        canvas.box(entry.sample, x: left, y: top, width: 16, height: 12, radius: 3)
      }
      canvas.text("legend", entry.text, x: left + 22, y: top + 10)
    }
  }
}

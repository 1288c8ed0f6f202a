/// The text of an SVG while it is drawn.
///
/// Source: https://www.w3.org/TR/SVG11/
struct PictureCanvas {
  private(set) var markup = ""

  static func number(_ value: Double) -> String {
    let tenths = Int((min(max(value, -1e9), 1e9) * 10).rounded())
    let (whole, rest) = (abs(tenths) / 10, abs(tenths) % 10)
    return (tenths < 0 ? "-" : "") + (rest == 0 ? "\(whole)" : "\(whole).\(rest)")
  }

  static func point(_ x: Double, _ y: Double) -> String { number(x) + " " + number(y) }

  mutating func box(_ style: String, x: Double, y: Double, width: Double, height: Double, radius: Double) {
    let place = [("x", x), ("y", y), ("width", width), ("height", height), ("rx", radius)]
    markup += "<rect class=\"\(Self.name(style))\""
    for (name, value) in place { markup += " \(name)=\"\(Self.number(value))\"" }
    markup += "/>\n"
  }

  mutating func text(_ style: String, _ text: String, x: Double, y: Double) {
    guard !text.isEmpty else { return }
    markup += "<text class=\"\(Self.name(style))\" x=\"\(Self.number(x))\" y=\"\(Self.number(y))\">"
    markup += XMLText.content(text) + "</text>\n"
  }

  mutating func path(_ style: String, _ data: String) {
    guard !data.isEmpty else { return }
    markup += "<path class=\"\(Self.name(style))\" d=\"\(data)\"/>\n"
  }

  /// The head of an arrow that ends at a place from above.
  mutating func head(_ style: String, x: Double, y: Double) {
    path(style, "M\(Self.point(x - 3, y - 5))L\(Self.point(x, y))L\(Self.point(x + 3, y - 5))Z")
  }

  /// Things with a text that appears where the pointer is over them.
  mutating func group(title: String, _ draw: (inout Self) -> Void) {
    markup += "<g><title>\(XMLText.content(title))</title>\n"
    draw(&self)
    markup += "</g>\n"
  }

  mutating func raw(_ text: String) { markup += text }

  /// Names of classes that do not clash with those of a page around the picture.
  private static func name(_ style: String) -> String {
    style.split(separator: " ").map { "bnfold-" + $0 }.joined(separator: " ")
  }
}

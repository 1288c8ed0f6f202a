import Bytes

/// A layer in a stack, or several of repeated blocks.
struct PictureRow {
  let width: Double
  let height: Double
  let obstacleBefore: String?
  let obstacleAfter: String?
  private let role: PictureLayer.Role
  private let className: String
  private let name: String
  private let shape: String
  private let title: String

  /// What a row shows, depending on the place that there is.
  enum Detail: Int, Comparable {
    case classes, shapes, names

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  private static let (size, smallSize, nameSize) = (11.0, 9.5, 9.0)
  private static let padding = 6.0

  /// The size that a class is measured with; what is bold is wider.
  private static func measure(_ role: PictureLayer.Role) -> Double { role == .other ? smallSize : 12.4 }

  /// - Parameter layers: the layers that it stands for, of which the first is shown.
  init(_ layers: [PictureLayer], detail: Detail) {
    let first = layers[0]
    (role, obstacleBefore, obstacleAfter) = (first.role, first.obstacleBefore, first.obstacleAfter)
    className = PictureText.cut(first.className, to: 32)
    // In repeated blocks the name of the first would mislead, except for what stays.
    name = detail == .names && role != .other ? PictureText.cut(first.name, to: 30) : ""
    shape =
      detail >= .shapes && layers.allSatisfy { $0.shape == first.shape }
      ? PictureText.cut(first.shape, to: 24) : ""
    height = role == .other ? 14 : 19
    let codes = [obstacleBefore, obstacleAfter].compactMap(\.self)
    let code = codes.isEmpty ? 0 : 2 * PictureText.width(codes.joined(separator: ", "), size: 9) + 14
    let texts = [
      PictureText.width(className, size: Self.measure(role)),
      PictureText.width(name, size: Self.nameSize), PictureText.width(shape, size: Self.nameSize),
    ].filter { $0 > 0 }
    width = max(60, code, texts.reduce(0, +) + Double(texts.count - 1) * 10 + 2 * Self.padding)
    title = Self.title(layers)
  }

  func draw(x: Double, y: Double, width: Double, on canvas: inout PictureCanvas) {
    canvas.group(title: title) { canvas in
      canvas.box(role.rawValue, x: x, y: y, width: width, height: height, radius: 3)
      let size = role == .other ? Self.smallSize : Self.size
      let line = y + height / 2 + size * 0.35
      canvas.text(role == .other ? "small" : "class", className, x: x + Self.padding, y: line)
      let end = x + Self.padding + PictureText.width(className, size: Self.measure(role)) + 6
      canvas.text("name", name, x: end, y: line)
      canvas.text("shape", shape, x: x + width - Self.padding, y: line)
    }
  }

  /// Layers whose names the text over a row has.
  private static let named = 24

  private static func title(_ layers: [PictureLayer]) -> String {
    let first = layers[0]
    let shape = first.shape.isEmpty ? "" : ", " + PictureText.cut(first.shape, to: 80)
    var lines = [
      PictureText.cut(first.path, to: 120), PictureText.cut(first.className, to: 80) + shape,
    ]
    if let sentence = first.sentence { lines.append(PictureText.cut(sentence, to: 400)) }
    guard layers.count > 1 else { return lines.joined(separator: "\n") }
    guard first.sentence != nil else {
      return (lines + ["and \(grouped(layers.count - 1)) more in the repeats"]).joined(separator: "\n")
    }
    lines.append("and in the repeats:")
    lines += layers.dropFirst().prefix(named).map { PictureText.cut($0.path, to: 120) }
    if layers.count > named + 1 { lines.append("and \(grouped(layers.count - named - 1)) more") }
    return lines.joined(separator: "\n")
  }
}

import BatchNormFolding
import Jobs
import Reports

/// The file of a drawing: a picture, or a text that Graphviz can draw.
struct GraphFile {
  private let target: String
  private let replaces: Bool

  /// - Parameter target: a name with the ending .svg or .dot.
  init(target: String, replaces: Bool) { (self.target, self.replaces) = (target, replaces) }

  /// - Throws: `OutputError` where the file cannot be made.
  func write(_ answer: InspectionAnswer) throws {
    let file = try OutputFile(target: target, replaces: replaces, permissions: 0o666)
    let text =
      target.hasSuffix(".svg")
      ? NetworkPicture(GraphPart(answer.description, answer.ledger)).svg : GraphDrawing(answer: answer).text
    try file.write(Array(text.utf8))
    try file.publish()
  }
}

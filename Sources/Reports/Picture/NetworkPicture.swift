import Bytes

/// A network as a picture, in which the eye finds what stays.
///
/// It has no identifiers, so that it can be part of a page.
package struct NetworkPicture {
  private let graph: GraphPart
  private static let (margin, smallestWidth, headingHeight) = (16.0, 340.0, 26.0)
  /// Layers that are drawn at most; what repeats counts once.
  private static let rowLimit = 1500

  package init(_ graph: GraphPart) { self.graph = graph }

  /// The picture as SVG.
  package var svg: String {
    let scopes = PictureScopes(graph)
    var builder = PictureBuilder(scopes.layers, rowLimit: Self.rowLimit)
    let drawing = builder.drawing(scopes.items).drawing
    let rest = remark(builder.leftOut.map { scopes.layers[$0] }, wires: builder.leftOutWires)
    let inner = max(drawing.width, Self.smallestWidth, PictureText.width(rest ?? summary, size: 14))
    let legend = PictureLegend(width: inner)
    let top = Self.margin + Self.headingHeight + legend.height + 14
    let width = inner + 2 * Self.margin
    let height = top + drawing.height + Self.margin + (rest == nil ? 0 : 24)
    var canvas = PictureCanvas()
    canvas.raw(opening(width.rounded(.up), height.rounded(.up)))
    canvas.box("paper", x: 0, y: 0, width: width.rounded(.up), height: height.rounded(.up), radius: 0)
    canvas.text("heading", summary, x: Self.margin, y: Self.margin + 12)
    legend.draw(x: Self.margin, y: Self.margin + Self.headingHeight, on: &canvas)
    drawing.draw(x: Self.margin + (inner - drawing.width) / 2, y: top, on: &canvas)
    if let rest { canvas.text("heading", rest, x: Self.margin, y: height - Self.margin) }
    canvas.raw("</svg>\n")
    return canvas.markup
  }

  private func opening(_ width: Double, _ height: Double) -> String {
    let size = (PictureCanvas.number(width), PictureCanvas.number(height))
    return """
      <svg xmlns="http://www.w3.org/2000/svg" class="bnfold-picture" role="img"\
      \(XMLText.attribute("aria-label", "The network: " + summary)) width="\(size.0)" height="\(size.1)" viewBox="0 0 \(size.0) \(size.1)">
      <title>\(XMLText.content("The network: " + summary))</title>
      <desc>The layers of the network from the top down, each below what it reads. Batch normalizations that stay are orange, \
      those that fold are green, layers that take them in are blue.</desc>

      """ + PictureStyle.element
  }

  private var summary: String {
    let (folded, kept) = (graph.ledger.folded.count, graph.ledger.kept.count)
    let layers = counted(graph.model.layers.count, "layer")
    guard folded + kept > 0 else { return "\(layers), no batch normalization" }
    let stay = kept == 1 ? "1 stays" : "\(grouped(kept)) stay"
    return "\(layers), of \(counted(folded + kept, "batch normalization")) \(grouped(folded)) fold, \(stay)"
  }

  private func remark(_ leftOut: [PictureLayer], wires: Int) -> String? {
    let kept = leftOut.count { $0.role == .stays }
    let layers = "\(counted(leftOut.count, "more layer")), \(grouped(kept)) of which stay"
    let parts = (leftOut.isEmpty ? [] : [layers]) + (wires == 0 ? [] : [counted(wires, "more wire")])
    return parts.isEmpty ? nil : "Not drawn: " + parts.joined(separator: "; ")
  }
}

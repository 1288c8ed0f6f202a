/// A network as a picture, in which the eye finds what stays.
package struct NetworkPicture {
  private let graph: GraphPart

  package init(_ graph: GraphPart) { self.graph = graph }

  /// The picture as SVG.
  package var svg: String { "" }
}

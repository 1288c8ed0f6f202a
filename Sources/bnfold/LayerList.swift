import ModelGraph
import Tensor

/// The layers of a model for people and for programs.
struct LayerList {
  private struct Row {
    let path: ByteString
    let depth: Int
    let layer: Layer
    let shape: PartialShape?
  }

  private let rows: [Row]

  init(graph: Graph) {
    rows = Self.rows(of: graph, shapes: ShapeInference(of: graph), path: "", depth: 0)
  }

  private static func rows(
    of graph: Graph, shapes: ShapeInference, path: ByteString, depth: Int
  ) -> [Row] {
    graph.layers.enumerated().flatMap { index, layer -> [Row] in
      guard !layer.isImplicit else { return [] }
      let call = graph.calls.firstIndex { $0.layer == index }
      let shape = call.flatMap { shapes.shapes[TensorReference(call: $0)] }
      let row = Row(path: path + layer.name, depth: depth, layer: layer, shape: shape)
      guard let body = layer.core.body else { return [row] }
      let inner = shapes.inner[index] ?? ShapeInference(of: body)
      return [row] + rows(of: body, shapes: inner, path: path + layer.name + "/", depth: depth + 1)
    }
  }

  func lines(for terminal: Terminal) -> [String] {
    var table = Table(["Layer", "Class", "Output shape", "Parameters"])
    for row in rows {
      table.add([
        String(repeating: "  ", count: row.depth) + row.layer.name.description, className(of: row.layer),
        row.shape.map { describe($0) } ?? "?", grouped(row.layer.parameterCount),
      ])
    }
    return table.lines(for: terminal)
  }

  var json: JSONOutput {
    .array(
      rows.map { row in
        .object([
          ("layer", .string(row.path)), ("class", .string(row.layer.className)),
          ("output_shape", row.shape.map { .array($0.map { $0.map { .integer($0) } ?? .null }) } ?? .null),
          ("parameters", .integer(row.layer.parameterCount)),
        ])
      })
  }

  private func className(of layer: Layer) -> String {
    layer.wrapped.first.map { "\(layer.className)(\($0.className))" } ?? layer.className.description
  }
}

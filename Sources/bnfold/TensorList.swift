import BatchNormFolding
import Bytes
import Elements

/// The tensors of weights without a graph, for people and for programs.
struct TensorList {
  let tensors: [TensorDescription]

  func lines(for terminal: Terminal) -> [String] {
    var table = Table(["Tensor", "Type", "Shape", "Elements"])
    for tensor in tensors {
      table.add([
        tensor.name.description, "\(tensor.elementType)", describe(tensor.shape),
        grouped(tensor.shape.elementCount),
      ])
    }
    return table.lines(for: terminal)
  }

  var json: JSONOutput {
    .array(
      tensors.map { tensor in
        .object([
          ("tensor", .string(tensor.name)), ("type", .text("\(tensor.elementType)")),
          ("shape", .array(tensor.shape.map { .integer($0) })),
        ])
      })
  }
}

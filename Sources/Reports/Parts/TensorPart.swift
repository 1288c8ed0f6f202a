import BatchNormFolding
import Bytes
import Elements

/// The tensors of weights without a graph, in a table.
package struct TensorPart: ReportPart {
  package let tensors: [TensorDescription]

  package init(_ tensors: [TensorDescription]) { self.tensors = tensors }

  package func lines(for style: TextStyle) -> [String] {
    guard !tensors.isEmpty else { return [] }
    var table = Table(["Tensor", "Type", "Shape", "Elements"])
    for tensor in tensors {
      table.add([
        tensor.name.description, "\(tensor.elementType)", describe(tensor.shape),
        grouped(tensor.shape.elementCount),
      ])
    }
    return [""] + table.lines(for: style)
  }

  package var members: [JSONOutput.Member] {
    let tensors = tensors.map { tensor in
      JSONOutput.object([
        ("tensor", .string(tensor.name)), ("type", .text("\(tensor.elementType)")),
        ("shape", .array(tensor.shape.map { .integer($0) })),
      ])
    }
    return [("tensors", .array(tensors))]
  }
}

import BatchNormFolding
import Bytes
import Elements
import Jobs

/// The results of a model that was run.
package struct ArraysPart: ReportPart {
  let outputs: [RunAnswer.Output]

  package init(_ answer: RunAnswer) { outputs = answer.outputs }

  /// The type of all results; nil where they have several.
  var type: ElementType? {
    let types = Set(outputs.map(\.elementType))
    return types.count == 1 ? types.first : nil
  }

  package func lines(for style: TextStyle) -> [String] {
    var table = Table(["Output", "Shape", "Type"])
    for output in outputs {
      table.add([output.name.description, describe(output.shape), "\(output.elementType)"])
    }
    return table.lines(for: style).map { "  " + $0 }
  }

  package var members: [JSONOutput.Member] {
    let arrays = outputs.map { output in
      JSONOutput.object([
        ("name", .string(output.name)), ("shape", .array(output.shape.map { .integer($0) })),
        ("dtype", .text("\(output.elementType)")),
      ])
    }
    return [("dtype", type.map { .text("\($0)") } ?? .null), ("arrays", .array(arrays))]
  }
}

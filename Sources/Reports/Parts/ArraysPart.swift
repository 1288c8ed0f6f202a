import BatchNormFolding
import Bytes
import Elements
import Jobs

/// The results of a model that was run.
package struct ArraysPart: ReportPart {
  let outputs: [RunAnswer.Output]
  let type: String

  package init(_ answer: RunAnswer, type: String) { (outputs, self.type) = (answer.outputs, type) }

  package func lines(for style: TextStyle) -> [String] {
    var table = Table(["Output", "Shape"])
    for output in outputs { table.add([output.name.description, describe(output.shape)]) }
    return table.lines(for: style).map { "  " + $0 }
  }

  package var members: [JSONOutput.Member] {
    let arrays = outputs.map { output in
      JSONOutput.object([
        ("name", .string(output.name)), ("shape", .array(output.shape.map { .integer($0) })),
      ])
    }
    return [("dtype", .text(type)), ("arrays", .array(arrays))]
  }
}

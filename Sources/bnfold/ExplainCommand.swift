import ArgumentParser
import BatchNormFolding
import Bytes
import Jobs

/// `bnfold explain`.
struct ExplainCommand: Command {
  static let configuration = CommandConfiguration(
    "explain",
    abstract:
      "Tell the whole story of one batch normalization: where it goes by which rules, or what is in its way.",
    arguments: "<model> <layer>",
    examples: [
      "bnfold explain model.keras bn_1"
    ])

  @OptionGroup var inspection: InspectionOptions

  @Argument(help: "The batch normalization, with the models around it: backbone/bn1.")
  var layer: String

  @Flag(help: "Print the report as JSON.")
  var json = false

  func perform() throws {
    let answer = try inspection.inspect()
    let name = ByteString(layer)
    guard let entry = answer.ledger.entries.first(where: { $0.layer == name }) else {
      throw UnknownLayer(name: name, file: inspection.model, known: answer.ledger.entries.map(\.layer))
    }
    let explanation = Explanation(entry: entry, layer: answer.layers.first { $0.path == name })
    if json {
      let members: [(String, JSONOutput)] = [
        ("command", .text("explain")), ("version", .text(BNFold.configuration.version)),
        ("model", .text(inspection.model)), inspection.readingOptions.trustedJSON,
        ("batch_normalization", explanation.json),
      ]
      Terminal.standardOutput.writeLine(JSONOutput.object(members).serialized())
      return
    }
    for line in explanation.lines + inspection.readingOptions.trustedLines {
      Terminal.standardOutput.writeLine(line)
    }
  }
}

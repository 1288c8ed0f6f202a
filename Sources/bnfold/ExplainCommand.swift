import ArgumentParser
import BatchNormFolding
import Bytes
import Jobs

/// `bnfold explain`.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract:
      "Tell the whole story of one batch normalization: where it goes by which rules, or what is in its way.")

  @OptionGroup var inspection: InspectionOptions

  @Argument(help: "The batch normalization, with the models around it: backbone/bn1.")
  var layer: String

  @Flag(help: "Print the report as JSON.")
  var json = false

  func run() throws {
    try Exit.reporting {
      let answer = try inspection.inspect()
      let name = ByteString(layer)
      guard let entry = answer.ledger.entries.first(where: { $0.layer == name }) else {
        throw TaskFailure(.usage, unknown(name, in: answer))
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

  private func unknown(_ name: ByteString, in answer: InspectionAnswer) -> String {
    let similar = answer.ledger.entries.map(\.layer).filter { $0.hasSuffix("/" + name) }
    let hint =
      similar.isEmpty
      ? "bnfold inspect lists them"
      : "there is " + similar.map(\.description).joined(separator: ", ")
    return "\(ByteString(inspection.model)): there is no batch normalization with the name \(name); \(hint)"
  }
}

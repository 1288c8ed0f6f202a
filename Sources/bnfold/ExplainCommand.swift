import ArgumentParser
import BatchNormFolding
import Tensor

/// `bnfold explain`.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract:
      "Tell the whole story of one batch normalization: where it goes by which rules, or what is in its way.")

  @Argument(help: "The model: .h5, .keras, or weights (.weights.h5) with --architecture.")
  var model: String

  @Argument(help: "The batch normalization, with the models around it: backbone/bn1.")
  var layer: String

  @OptionGroup var architectureOption: ArchitectureOption

  @Flag(help: "Print the report as JSON.")
  var json = false

  @OptionGroup var ruleOptions: RuleOptions

  @OptionGroup var limitOptions: LimitOptions

  func run() throws {
    try Exit.reporting {
      let answer = try Progress.during("reading") {
        try Contained(limits: limitOptions.limits).inspect(
          ModelPaths(model: model, companion: architectureOption.architecture), options: ruleOptions.options)
      }
      let name = ByteString(layer)
      guard let entry = answer.ledger.entries.first(where: { $0.layer == name }) else {
        throw TaskFailure(.usage, unknown(name, in: answer))
      }
      let explanation = Explanation(entry: entry, layer: answer.layers.first { $0.path == name })
      if json {
        let members: [(String, JSONOutput)] = [
          ("command", .text("explain")), ("version", .text(BNFold.configuration.version)),
          ("model", .text(model)), ("batch_normalization", explanation.json),
        ]
        Terminal.standardOutput.writeLine(JSONOutput.object(members).serialized())
        return
      }
      for line in explanation.lines { Terminal.standardOutput.writeLine(line) }
    }
  }

  private func unknown(_ name: ByteString, in answer: InspectionAnswer) -> String {
    let similar = answer.ledger.entries.map(\.layer).filter { $0.hasSuffix("/" + name) }
    let hint =
      similar.isEmpty
      ? "bnfold inspect lists them"
      : "there is " + similar.map(\.description).joined(separator: ", ")
    return "\(ByteString(model)): there is no batch normalization with the name \(name); \(hint)"
  }
}

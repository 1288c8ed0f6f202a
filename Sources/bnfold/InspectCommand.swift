import ArgumentParser
import BatchNormFolding
import Tensor

/// `bnfold inspect`.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show the layers of a model and what would become of each batch normalization.")

  @Argument(help: "The model: .h5, .keras, or weights (.weights.h5) with --architecture.")
  var model: String

  @OptionGroup var architectureOption: ArchitectureOption

  @Flag(help: "Print the report as JSON.")
  var json = false

  @OptionGroup var limitOptions: LimitOptions

  func run() throws {
    try Exit.reporting {
      let answer = try Progress.during("reading") {
        try Contained(limits: limitOptions.limits).inspect(
          ModelPaths(model: model, companion: architectureOption.architecture))
      }
      let ledger = answer.ledger
      let layers = LayerList(layers: answer.layers)
      if json {
        let members: [(String, JSONOutput)] = [
          ("command", .text("inspect")), ("version", .text(BNFold.configuration.version)),
          ("model", .text(model)), ("keras_version", answer.summary.versionJSON),
          ("layers", layers.json), ("batch_normalizations", LedgerReport(ledger: ledger).json),
          ("foldable", .integer(ledger.folded.count)), ("kept", .integer(ledger.kept.count)),
        ]
        Terminal.standardOutput.writeLine(JSONOutput.object(members).serialized())
        return
      }
      let terminal = Terminal.standardOutput
      let lines =
        [answer.summary.line(for: model), ""] + layers.lines(for: terminal) + [""]
        + LedgerReport(ledger: ledger).lines(for: terminal, isPrediction: true)
      for line in lines { terminal.writeLine(line) }
    }
  }
}

import ArgumentParser
import BatchNormFolding
import Tensor

/// `bnfold inspect`.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show the layers of a model and what would become of each batch normalization.")

  @Argument(help: "The model: a Keras .h5 file with its architecture.")
  var model: String

  @Flag(help: "Print the report as JSON.")
  var json = false

  func run() throws {
    try Exit.reporting {
      let file = try ModelFile(opening: model)
      let ledger = try Progress.during("planning") { try file.fold().ledger }
      let layers = LayerList(layers: file.layers)
      if json {
        let members: [(String, JSONOutput)] = [
          ("command", .text("inspect")), ("version", .text(BNFold.configuration.version)),
          ("model", .text(model)), ("keras_version", .string(file.kerasVersion)),
          ("layers", layers.json), ("batch_normalizations", LedgerReport(ledger: ledger).json),
          ("foldable", .integer(ledger.folded.count)), ("kept", .integer(ledger.kept.count)),
        ]
        Terminal.standardOutput.writeLine(JSONOutput.object(members).serialized())
        return
      }
      let terminal = Terminal.standardOutput
      let lines =
        ModelSummary(file: file).lines + [""] + layers.lines(for: terminal) + [""]
        + LedgerReport(ledger: ledger).lines(for: terminal, isPrediction: true)
      for line in lines { terminal.writeLine(line) }
    }
  }
}

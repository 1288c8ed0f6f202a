import ArgumentParser
import BatchNormFolding
import Tensor

/// `bnfold inspect`.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show the layers of a model and what would become of each batch normalization.",
    discussion: """
      --graph draws the model, the batch normalizations that fold in green, those that stay in orange, and the layers \
      that take them in in blue: as SVG by Graphviz, if that is installed, and as a .dot file beside it in any case.
      """)

  @OptionGroup var inspection: InspectionOptions

  @Option(help: ArgumentHelp("Draw the model to this .svg or .dot file.", valueName: "file"))
  var graph: String?

  @Flag(help: "Replace the drawing if it exists.")
  var force = false

  @Flag(help: "Print the report as JSON.")
  var json = false

  func validate() throws {
    if let graph, !graph.hasSuffix(".svg"), !graph.hasSuffix(".dot") {
      throw ValidationError("--graph FILE ends with .svg or .dot.")
    }
  }

  func run() throws {
    try Exit.reporting {
      let answer = try inspection.inspect()
      let drawing = try graph.map { try GraphFiles(target: $0, replaces: force).write(answer) }
      let ledger = answer.ledger
      let layers = LayerList(layers: answer.layers)
      if json {
        let members: [(String, JSONOutput)] = [
          ("command", .text("inspect")), ("version", .text(BNFold.configuration.version)),
          ("model", .text(inspection.model)), ("keras_version", answer.summary.versionJSON),
          ("layers", layers.json), ("batch_normalizations", LedgerReport(ledger: ledger).json),
          ("foldable", .integer(ledger.folded.count)), ("kept", .integer(ledger.kept.count)),
          ("graph", .array((drawing?.written ?? []).map { .text($0) })),
        ]
        Terminal.standardOutput.writeLine(JSONOutput.object(members).serialized())
        return
      }
      let terminal = Terminal.standardOutput
      let lines =
        [answer.summary.line(for: inspection.model), ""] + layers.lines(for: terminal) + [""]
        + LedgerReport(ledger: ledger).lines(for: terminal, isPrediction: true) + (drawing?.lines ?? [])
      for line in lines { terminal.writeLine(line) }
    }
  }
}

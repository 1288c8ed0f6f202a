import ArgumentParser
import BatchNormFolding

/// `bnfold inspect`.
struct InspectCommand: Command {
  static let configuration = CommandConfiguration(
    "inspect",
    abstract: "Show the layers of a model and what would become of each batch normalization.",
    arguments: "<model>",
    discussion: """
      Weights without a graph, such as a state dictionary of PyTorch, are shown tensor by tensor, and with --plan what \
      would become of each batch normalization.

      --graph draws the model, the batch normalizations that fold in green, those that stay in orange, and the layers \
      that take them in in blue: as SVG by Graphviz, if that is installed, and as a .dot file beside it in any case.
      """,
    examples: [
      "bnfold inspect model.keras",
      "bnfold inspect model.keras --graph model.dot",
      "bnfold inspect weights.safetensors --plan plan.yaml",
    ])

  @OptionGroup var inspection: InspectionOptions

  @Option(
    help: "For weights without a graph (safetensors): what would be folded, as bnfold plan proposes it.")
  var plan: String?

  @Option(help: ArgumentHelp("Draw the model to this .svg or .dot file.", valueName: "file"))
  var graph: String?

  @Flag(help: "Replace the drawing if it exists.")
  var force = false

  @Flag(help: "Print the report as JSON.")
  var json = false

  func check() throws {
    if let graph, !graph.hasSuffix(".svg"), !graph.hasSuffix(".dot") {
      throw ValidationError("--graph FILE ends with .svg or .dot.")
    }
    if plan != nil, graph != nil || inspection.architectureOption.architecture != nil {
      throw ValidationError(
        "Weights with a plan have no graph: --plan goes without --graph and --architecture.")
    }
  }

  func perform() throws {
    let answer = try inspection.inspect(plan: plan)
    let drawing = try graph.map { try GraphFiles(target: $0, replaces: force).write(answer) }
    let ledger = answer.ledger
    let layers = LayerList(layers: answer.layers)
    if json {
      let members: [(String, JSONOutput)] = [
        ("command", .text("inspect")), ("version", .text(BNFold.configuration.version)),
        ("model", .text(inspection.model)), ("keras_version", answer.summary.versionJSON),
        inspection.readingOptions.trustedJSON,
        ("layers", layers.json), ("tensors", TensorList(tensors: answer.tensors).json),
        ("batch_normalizations", LedgerReport(ledger: ledger).json),
        ("foldable", .integer(ledger.folded.count)), ("kept", .integer(ledger.kept.count)),
        ("graph", .array((drawing?.written ?? []).map { .text($0) })),
      ]
      Terminal.standardOutput.writeLine(JSONOutput.object(members).serialized())
      return
    }
    let terminal = Terminal.standardOutput
    let title =
      [answer.summary.line(for: inspection.model)] + inspection.readingOptions.trustedLines + [""]
    let outcomes = LedgerReport(ledger: ledger).lines(for: terminal, isPrediction: true)
    let lines =
      answer.tensors.isEmpty
      ? title + layers.lines(for: terminal) + [""] + outcomes + (drawing?.lines ?? [])
      : title + TensorList(tensors: answer.tensors).lines(for: terminal) + [""]
        + (plan == nil
          ? ["What is wired to what is not in the file: bnfold plan proposes what to fold."] : outcomes)
    for line in lines { terminal.writeLine(line) }
  }
}

import ArgumentParser
import BatchNormFolding
import Reports

/// `bnfold inspect`.
struct InspectCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    "inspect",
    abstract: "Show the layers of models and what would become of each batch normalization.",
    arguments: "<model> ...",
    discussion: """
      Weights without a graph, such as a state dictionary of PyTorch, are shown tensor by tensor, and with --plan what \
      would become of each batch normalization.

      --graph draws the model, the batch normalizations that fold in green, those that stay in orange, and the layers \
      that take them in in blue: as a picture to a .svg file, with repeated blocks drawn once, or as text for Graphviz, layer \
      by layer, to a .dot file.
      """,
    examples: [
      "bnfold inspect model.keras",
      "bnfold inspect model.keras --graph model.svg",
      "bnfold inspect weights.safetensors --plan plan.yaml",
    ])

  @OptionGroup var models: ModelArguments

  @OptionGroup var inspection: InspectionOptions

  @Option(
    help: "For weights without a graph (safetensors): what would be folded, as bnfold plan proposes it.",
    completion: .plans)
  var plan: String?

  @Option(
    help: ArgumentHelp("Draw the model to this .svg or .dot file.", valueName: "file"),
    completion: .file(extensions: ["svg", "dot"]))
  var graph: String?

  @Flag(help: "Replace the drawing if it exists.")
  var force = false

  @OptionGroup var conditions: GateOptions

  @OptionGroup var reportOptions: ReportOptions

  func check() throws {
    if let graph, !graph.hasSuffix(".svg"), !graph.hasSuffix(".dot") {
      throw ValidationError("--graph FILE ends with .svg or .dot.")
    }
    if plan != nil, graph != nil || inspection.architectureOption.architecture != nil {
      throw ValidationError(
        "Weights with a plan have no graph: --plan goes without --graph and --architecture.")
    }
    if conditions.failOn.contains(.growth) {
      throw ValidationError("--fail-on growth goes with fold, which knows the new size.")
    }
    guard models.single == nil else { return }
    if graph != nil || plan != nil || inspection.architectureOption.architecture != nil {
      throw ValidationError("--graph, --plan and --architecture are for one model: give one at a time.")
    }
  }

  func work() throws -> Work {
    try models.work(conditions.gates(codes: Finding.codesOfFolding, command: "inspect")) {
      try inspect($0)
    }
    .besides([inspection.architectureOption.architecture, plan, conditions.baseline])
  }

  var gateOptions: GateOptions? { conditions }

  var besideFiles: [SmallOutputs.File?] { [.init("The drawing", graph)] }

  private func inspect(_ model: String) throws -> Report {
    var (answer, report) = try inspection.inspect(
      model, for: "inspect", plan: plan, digests: reportOptions.wantsDigests)
    if let graph {
      try GraphFile(target: graph, replaces: force).write(answer)
      report.outputs = [ReportedFile(.picture, graph)]
    }
    report.notes += answer.notes
    let isLedger = answer.tensors.isEmpty || plan != nil
    let ledger: [any ReportPart] = [
      LedgerPart(answer.ledger, isPrediction: true), OutcomesPart(answer.ledger, isPrediction: true),
    ]
    if !isLedger {
      report.notes.append("what is wired to what is not in the file: bnfold plan proposes what to fold")
    }
    report.parts =
      [ModelPart(answer.summary, isDetail: false)]
      + (isLedger ? ledger : [LedgerPart(answer.ledger, isPrediction: true, isKnown: false)])
      + [LayerPart(answer.layers), TensorPart(answer.tensors), inspection.readingOptions.trusted]
      + (reportOptions.wantsPicture && answer.tensors.isEmpty
        ? [GraphPart(answer.description, answer.ledger)] : [])
    return report
  }
}

import ArgumentParser
import BatchNormFolding
import Bytes
import Jobs

/// `bnfold fold`.
struct FoldCommand: Command {
  static let configuration = CommandConfiguration(
    "fold",
    abstract: "Fold the batch normalizations of a model and write the result.",
    arguments: "<model> -o <output>",
    discussion: """
      The output appears only after it has been proven to compute the same as the model, weight by weight. Both are also \
      run on the same inputs, which the report shows. The optimizer's state is left out, since it belongs to the \
      unfolded weights; the training configuration stays.
      """,
    examples: [
      "bnfold fold model.keras -o folded.keras",
      "bnfold fold model.keras -o folded.keras --force --rules direct",
      "bnfold fold weights.safetensors --plan plan.yaml -o folded.safetensors",
    ])

  @Argument(help: "The model: .h5, .keras, or weights (.weights.h5) with --architecture.")
  var model: String

  @OptionGroup var architectureOption: ArchitectureOption

  @Option(help: "For weights without a graph (safetensors): what to fold, as bnfold plan proposes it.")
  var plan: String?

  @OptionGroup var target: TargetOptions

  @Flag(help: "Write without checking that both models compute the same.")
  var skipCheck = false

  @OptionGroup var ruleOptions: RuleOptions

  @OptionGroup var reporting: ReportingOptions

  @OptionGroup var readingOptions: ReadingOptions

  func check() throws {
    if model.isEmpty { throw ValidationError("A path is empty.") }
    try target.checkPaths()
    try target.checkArchitecture(besides: architectureOption)
    if plan != nil && architectureOption.architecture != nil {
      throw ValidationError("--plan and --architecture exclude each other.")
    }
    if plan != nil && ruleOptions.options != FoldOptions() {
      throw ValidationError(
        "A plan says itself what is folded: --rules, --skip and --max-growth go without --plan.")
    }
    if plan != nil && reporting.requireFullCheck {
      throw ValidationError(
        "--require-full-check cannot be met: weights with a plan cannot be run as a whole.")
    }
    try target.checkThatOneFileIsReplaced(architectureOption)
    try target.checkPlace()
    if skipCheck && reporting.requireFullCheck {
      throw ValidationError("--skip-check and --require-full-check exclude each other.")
    }
  }

  func perform() throws {
    let path = target.output ?? model
    let given = ModelPaths(model: model, companion: architectureOption.architecture ?? plan)
    let targets = ModelPaths(model: path, companion: target.outputArchitecture)
    try targets.checkThatNothingIsOverwritten(
      given, allowsModel: target.inPlace, remedy: "use --in-place to replace it")
    let contained = readingOptions.contained
    let input = try contained.open(given)
    let result = try FoldStages(
      byPlan: plan != nil, options: ruleOptions.options, statistics: [], seed: reporting.seed,
      checks: !skipCheck, checksNames: !target.inPlace
    ).run(contained, from: input) {
      try ModelOutput(targets, replaces: target.force || target.inPlace, like: input)
    }
    let (folded, report) = (result.folded, result.report)
    let size = SizeReport(
      folded: folded, bytesBefore: result.files.byteCount(insteadOf: input),
      bytesAfter: result.files.byteCount)
    if let report, let objection = reporting.objection(to: report) {
      show(folded, size, report: report, writtenTo: nil)
      Terminal.standardError.writeLine("bnfold: \(objection); nothing was written")
      throw Exit.notEqual
    }
    try result.files.publish()
    show(folded, size, report: report, writtenTo: path)
  }

  private func show(
    _ folded: FoldAnswer, _ size: SizeReport, report: EquivalenceReport?, writtenTo path: String?
  ) {
    let ledger = LedgerReport(ledger: folded.ledger)
    guard !reporting.json else {
      let members: [(String, JSONOutput)] = [
        ("command", .text("fold")), ("version", .text(BNFold.configuration.version)),
        ("input", .text(model)), ("output", path.map { .text($0) } ?? .null),
        ("output_architecture", target.outputArchitecture.map { path == nil ? .null : .text($0) } ?? .null),
        ("keras_version", folded.summary.versionJSON), readingOptions.trustedJSON,
        ("batch_normalizations", ledger.json), ("folded", .integer(folded.ledger.folded.count)),
        ("kept", .integer(folded.ledger.kept.count)),
      ]
      let rest: [(String, JSONOutput)] = [
        ("check", report.map { CheckReport(report: $0).json } ?? .null),
        ("notes", .array(folded.notes.map { .text($0) })),
      ]
      Terminal.standardOutput.writeLine(JSONOutput.object(members + size.members + rest).serialized())
      return
    }
    let terminal = Terminal.standardOutput
    var lines = [folded.summary.line(for: model), ""] + ledger.lines(for: terminal) + [size.line]
    if let report { lines += CheckReport(report: report).lines(for: terminal) }
    if report == nil { lines.append("Check: skipped") }
    lines += readingOptions.trustedLines
    lines += folded.notes.map { "Note: \($0)" }
    if let path {
      let paths = ModelPaths(model: path, companion: target.outputArchitecture)
      lines.append("Written: " + paths.all.map { ByteString($0).description }.joined(separator: ", "))
    }
    for line in lines { terminal.writeLine(line) }
  }
}

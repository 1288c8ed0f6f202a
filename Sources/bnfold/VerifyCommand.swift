import ArgumentParser
import BatchNormFolding
import Jobs

/// `bnfold verify`.
struct VerifyCommand: Command {
  static let configuration = CommandConfiguration(
    "verify",
    abstract: "Prove that a folded model computes the same as the original.",
    arguments: "<original> <folded>",
    discussion: """
      The folded model may come from bnfold or from any other tool. Every attribute, every connection and every element of \
      every weight is compared with what exact folding gives; what differs is named. Both models are also run on the \
      same inputs, which the report shows: it is information, not the verdict.

      Verdicts: equal (each weight is the exact value, rounded once); equal within float32 arithmetic (the fold was \
      computed in float32); different; not proven (bnfold does not know why they would be equal). The exit code is 0 \
      for the first two, 1 for the others.
      """,
    examples: [
      "bnfold verify model.keras folded.keras",
      "bnfold verify model.keras folded.keras --accept exact --json",
      "bnfold verify weights.safetensors folded.safetensors --plan plan.yaml",
    ])

  @Argument(help: "The model before folding.")
  var original: String

  @Argument(help: "The model after folding.")
  var folded: String

  @OptionGroup var architectureOption: ArchitectureOption

  @Option(help: "The architecture of the folded model, if that is weights without one.")
  var foldedArchitecture: String?

  @Option(help: "For weights without a graph (safetensors): what was folded, as bnfold plan proposes it.")
  var plan: String?

  @Option(
    name: .shortAndLong, parsing: .singleValue,
    help: ArgumentHelp(
      "A file with arrays for the inputs, to run both models on; once for each file.",
      valueName: "[name=]file"))
  var input: [String] = []

  /// Which folds a file has is read off the file: these are taken for scripts that still give them.
  @OptionGroup(visibility: .hidden) var ruleOptions: RuleOptions

  @OptionGroup var reporting: ReportingOptions

  @OptionGroup var readingOptions: ReadingOptions

  private var given: [NamedPath] { input.map { NamedPath($0) } }

  func check() throws {
    if original.isEmpty || folded.isEmpty || given.contains(where: \.hasNothing) {
      throw ValidationError("A path or a name is empty.")
    }
    if plan != nil && (architectureOption.architecture != nil || foldedArchitecture != nil) {
      throw ValidationError("--plan goes without --architecture: a plan is for weights without a graph.")
    }
    if plan != nil && (!input.isEmpty || reporting.requireFullCheck) {
      throw ValidationError(
        "Weights with a plan cannot be run: --input and --require-full-check go without --plan.")
    }
  }

  func perform() throws {
    let contained = readingOptions.contained
    let before = ModelPaths(model: original, companion: plan ?? architectureOption.architecture)
    let after = ModelPaths(model: folded, companion: foldedArchitecture)
    let report =
      plan == nil
      ? try contained.verify(before, after, on: given.map { ($0.name, $0.path) }, seed: reporting.seed)
      : try contained.verifyByPlan(before, after)
    show(report)
    guard reporting.objection(to: report) == nil else { throw Exit.notEqual }
  }

  private func show(_ report: EquivalenceReport) {
    let shown = CheckReport(report: report)
    if reporting.json {
      let members: [(String, JSONOutput)] = [
        ("command", .text("verify")), ("version", .text(BNFold.configuration.version)),
        ("original", .text(original)), ("folded", .text(folded)), readingOptions.trustedJSON,
        ("check", shown.json),
      ]
      Terminal.standardOutput.writeLine(JSONOutput.object(members).serialized())
    } else {
      for line in shown.lines(for: .standardOutput) + readingOptions.trustedLines {
        Terminal.standardOutput.writeLine(line)
      }
    }
    if reporting.requireFullCheck, report.passed, !report.isComplete {
      Terminal.standardError.writeLine(
        "bnfold: the models could not be run, and --require-full-check asks for it")
    }
  }
}

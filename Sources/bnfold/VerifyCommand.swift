import ArgumentParser
import BatchNormFolding
import Jobs
import Reports

/// `bnfold verify`.
struct VerifyCommand: ReportingCommand {
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

  @OptionGroup var checkOptions: CheckOptions

  @OptionGroup var reportOptions: ReportOptions

  @OptionGroup var readingOptions: ReadingOptions

  private var given: [NamedPath] { input.map { NamedPath($0) } }

  func check() throws {
    if original.isEmpty || folded.isEmpty || given.contains(where: \.hasNothing) {
      throw ValidationError("A path or a name is empty.")
    }
    if plan != nil && (architectureOption.architecture != nil || foldedArchitecture != nil) {
      throw ValidationError("--plan goes without --architecture: a plan is for weights without a graph.")
    }
    if plan != nil && (!input.isEmpty || checkOptions.requireFullCheck) {
      throw ValidationError(
        "Weights with a plan cannot be run: --input and --require-full-check go without --plan.")
    }
  }

  func work() -> Work { Work([original, folded], as: [.original, .folded]) { try verify() } }

  private func verify() throws -> Report {
    let contained = readingOptions.contained
    let before = try contained.open(
      ModelPaths(model: original, companion: plan ?? architectureOption.architecture))
    let after = try contained.open(ModelPaths(model: folded, companion: foldedArchitecture))
    let digests = reportOptions.wantsDigests
    var report = Report(
      "verify",
      inputs: try ReportedFile.of(
        before, as: (.original, plan == nil ? .architecture : .plan), digests: digests)
        + ReportedFile.of(after, as: (.folded, .foldedArchitecture), digests: digests)
        + given.map { ReportedFile(.array, $0.path) })
    let found =
      plan == nil
      ? try contained.verify(before, after, on: given.map { ($0.name, $0.path) }, seed: checkOptions.seed)
      : try contained.verifyByPlan(before, after)
    report.seed = plan == nil && given.isEmpty ? checkOptions.seed : nil
    report.parts = [CheckPart(found), readingOptions.trusted]
    report.outcome = checkOptions.objection(to: found).map { .failed([$0]) } ?? .done
    return report
  }
}

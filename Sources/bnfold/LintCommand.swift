import ArgumentParser
import BatchNormFolding
import Jobs
import Reports

/// `bnfold lint`.
struct LintCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    "lint",
    abstract: "Say what is wrong, or worth knowing, about the batch normalizations of models.",
    arguments: "<model> ...",
    discussion: """
      Statistics that were never updated, variances next to 0, channels that give nothing, epsilons that differ, numbers \
      that float16 does not hold, an axis that is not that of the channels, weights that are not numbers. Nothing is run and \
      nothing is written. What is found has a code; docs/lint.md says what each means and what to do.

      --all lists each layer. The exit code is 0 whatever is found, unless --fail-on or --baseline asks for more.
      """,
    examples: [
      "bnfold lint model.keras",
      "bnfold lint model.keras folded.keras --all",
      "bnfold lint model.keras --json",
    ])

  @OptionGroup var models: ModelArguments

  @OptionGroup var architectureOption: ArchitectureOption

  @OptionGroup var conditions: GateOptions

  @OptionGroup var reportOptions: ReportOptions

  @OptionGroup var readingOptions: ReadingOptions

  func check() throws {
    try conditions.checkWithoutFolding(of: "lint")
    if models.single == nil, architectureOption.architecture != nil {
      throw ValidationError("--architecture is for one model: give one at a time.")
    }
  }

  func work() throws -> Work {
    try models.work(conditions.gates(codes: Finding.codesOfLint, command: "lint")) { try lint($0) }
      .besides([architectureOption.architecture, conditions.baseline])
  }

  var gateOptions: GateOptions? { conditions }

  private func lint(_ model: String) throws -> Report {
    let contained = readingOptions.contained
    let input = try contained.open(ModelPaths(model: model, companion: architectureOption.architecture))
    let answer = try contained.lint(input)
    var report = Report(
      "lint",
      inputs: try ReportedFile.of(
        input, as: (.model, .architecture), digests: reportOptions.wantsDigests))
    report.parts = [
      ModelPart(answer.summary, isDetail: false), DiagnosisPart(answer.diagnosis), readingOptions.trusted,
    ]
    return report
  }
}

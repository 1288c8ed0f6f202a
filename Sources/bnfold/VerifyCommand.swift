import ArgumentParser
import BatchNormFolding
import Tensor

/// `bnfold verify`.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check that a folded model computes the same as the original.",
    discussion: """
      Compares each fold on its own, then both models on the same random inputs, in float64 and in float32. The \
      folded model may come from bnfold or from any other tool that keeps the names of the layers. A file that was \
      folded with --rules or --skip is best verified with the same.
      """)

  @Argument(help: "The model before folding.")
  var original: String

  @Argument(help: "The model after folding.")
  var folded: String

  @OptionGroup var architectureOption: ArchitectureOption

  @Option(help: "The architecture of the folded model, if that is weights without one.")
  var foldedArchitecture: String?

  @OptionGroup var ruleOptions: RuleOptions

  @OptionGroup var reporting: ReportingOptions

  @OptionGroup var limitOptions: LimitOptions

  func run() throws {
    try Exit.reporting {
      let report = try Progress.during("checking") {
        try Contained(limits: limitOptions.limits).verify(
          ModelPaths(model: original, companion: architectureOption.architecture),
          ModelPaths(model: folded, companion: foldedArchitecture), options: ruleOptions.options,
          seed: reporting.seed)
      }
      let shown = CheckReport(report: report)
      if reporting.json {
        let members: [(String, JSONOutput)] = [
          ("command", .text("verify")), ("version", .text(BNFold.configuration.version)),
          ("original", .text(original)), ("folded", .text(folded)), ("check", shown.json),
        ]
        Terminal.standardOutput.writeLine(JSONOutput.object(members).serialized())
      } else {
        let hint =
          report.isComplete && report.wholeModel.passed && !report.passed
          ? [
            "Note: the whole models agree; if the file was folded with --rules or --skip, give them here as well"
          ]
          : []
        for line in shown.lines(for: .standardOutput) + hint { Terminal.standardOutput.writeLine(line) }
      }
      guard report.passed, report.isComplete || !reporting.requireFullCheck else { throw Exit.notEqual }
    }
  }
}

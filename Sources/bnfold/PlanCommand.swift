import ArgumentParser
import BatchNormFolding
import Bytes
import Jobs
import Reports

/// `bnfold plan`.
struct PlanCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    "plan",
    abstract: "Propose what to fold in weights that come without a graph, as a file to be read and edited.",
    arguments: "<weights>",
    discussion: """
      A state dictionary of PyTorch in a safetensors file has names and numbers, but does not say what is wired to \
      what. bnfold knows some families of networks by their names; for these it proposes pairs, and for everything else \
      nothing. Epsilon is not in the file either: where the family does not tell it, the plan has a place for it.

      bnfold fold WEIGHTS --plan PLAN -o OUTPUT then does what the plan says.
      """,
    examples: [
      "bnfold plan weights.safetensors -o plan.yaml"
    ])

  @Argument(
    help: "The weights: a safetensors file. A config.json beside it is looked at, too.", completion: .models)
  var weights: String

  @Option(
    name: [.short, .long], help: "Where to write the plan; without it, it is printed.", completion: .plans)
  var output: String?

  @Option(
    help: """
      What becomes of the batch normalizations: remove, or reset to the identity, so that the unchanged PyTorch \
      module loads the file.
      """)
  var outcome = PlannedFold.Outcome.remove

  @Flag(help: "Replace the output if it exists.")
  var force = false

  @OptionGroup var reportOptions: ReportOptions

  @OptionGroup var readingOptions: ReadingOptions

  func check() throws {
    if weights.isEmpty || output?.isEmpty == true { throw ValidationError("A path is empty.") }
    if output == nil, reportOptions.isAskedFor {
      throw ValidationError(
        "Without -o, the plan itself is printed: say where it goes, and there is a report.")
    }
  }

  func work() -> Work { Work([weights], as: [.weights]) { try propose() }.besides([output]) }

  private func propose() throws -> Report {
    if let output {
      try ModelPaths(model: output).checkThatNothingIsOverwritten(
        ModelPaths(model: weights), name: "The plan", role: "the file with the weights")
    }
    let file = try output.map { try OutputFile(target: $0, replaces: force, permissions: 0o644) }
    let contained = readingOptions.contained
    let input = try contained.open(ModelPaths(model: weights))
    let answer = try contained.propose(input, outcome: outcome)
    var report = Report(
      "plan",
      inputs: try ReportedFile.of(
        input, as: (.weights, .architecture), digests: reportOptions.wantsDigests))
    guard let file else {
      report.parts = [PrintedPart(answer.yaml)]
      return report
    }
    try file.write(Array(answer.yaml.map { $0 + "\n" }.joined().utf8))
    try file.publish()
    let proposal = ProposalPart(answer)
    report.outputs = [ReportedFile(.plan, file.target, bytes: file.byteCount)]
    report.parts = [
      ModelPart(answer.summary, isDetail: false), proposal, LedgerPart(answer.ledger, isPrediction: true),
      OutcomesPart(answer.ledger, isPrediction: true), readingOptions.trusted,
    ]
    report.notes = proposal.notes
    return report
  }
}

extension PlannedFold.Outcome: ExpressibleByArgument {}

import ArgumentParser
import BatchNormFolding
import Bytes
import Jobs

/// `bnfold plan`.
struct PlanCommand: Command {
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

  @Argument(help: "The weights: a safetensors file. A config.json beside it is looked at, too.")
  var weights: String

  @Option(name: [.short, .long], help: "Where to write the plan; without it, it is printed.")
  var output: String?

  @Option(
    help: """
      What becomes of the batch normalizations: remove, or reset to the identity, so that the unchanged PyTorch \
      module loads the file.
      """)
  var outcome = PlannedFold.Outcome.remove

  @Flag(help: "Replace the output if it exists.")
  var force = false

  @Flag(help: "Print the report as JSON.")
  var json = false

  @OptionGroup var readingOptions: ReadingOptions

  func check() throws {
    if weights.isEmpty || output?.isEmpty == true { throw ValidationError("A path is empty.") }
    if json && output == nil {
      throw ValidationError("--json prints the report; say where the plan goes with -o.")
    }
  }

  func perform() throws {
    let file = try output.map { try OutputFile(target: $0, replaces: force, permissions: 0o644) }
    let answer = try readingOptions.contained
      .propose(weights, outcome: outcome)
    guard let file else {
      for line in answer.yaml { Terminal.standardOutput.writeLine(line) }
      return
    }
    try file.write(Array(answer.yaml.map { $0 + "\n" }.joined().utf8))
    try file.publish()
    show(answer, writtenTo: file.target)
  }

  private func show(_ answer: ProposalAnswer, writtenTo target: String) {
    let ledger = LedgerReport(ledger: answer.ledger)
    guard !json else {
      let members: [(String, JSONOutput)] = [
        ("command", .text("plan")), ("version", .text(BNFold.configuration.version)),
        ("input", .text(weights)),
        ("output", .text(target)), ("family", answer.family.map { .text($0) } ?? .null),
        ("confidence", answer.confidence.map { .text($0.rawValue) } ?? .null),
        ("batch_normalizations", ledger.json), ("proposed", .integer(answer.ledger.folded.count)),
        ("open", .integer(answer.ledger.kept.count)), ("needs_epsilon", .boolean(answer.needsEpsilon)),
      ]
      Terminal.standardOutput.writeLine(JSONOutput.object(members).serialized())
      return
    }
    let terminal = Terminal.standardOutput
    let family = answer.family.map { $0 + (answer.confidence.map { ", confidence \($0.rawValue)" } ?? "") }
    var lines = [
      answer.summary.line(for: weights), "Family: \(family ?? "none that bnfold knows")", "",
    ]
    lines += ledger.lines(for: terminal, isPrediction: true)
    if answer.confidence == .medium {
      lines.append(
        "Note: a network with each batch normalization before its convolution could have these shapes, too; "
          + "look into its code")
    }
    if answer.needsEpsilon {
      lines.append(
        "Note: epsilon is not in the file, and members of the family differ; write it into the plan")
    }
    lines.append("Written: \(ByteString(target))")
    for line in lines { terminal.writeLine(line) }
  }
}

extension PlannedFold.Outcome: ExpressibleByArgument {}

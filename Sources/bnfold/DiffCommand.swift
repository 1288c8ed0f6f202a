import ArgumentParser
import BatchNormFolding
import Jobs

/// `bnfold diff`.
struct DiffCommand: Command {
  static let configuration = CommandConfiguration(
    "diff",
    abstract: "Show what differs between two model files, layer by layer and array by array.",
    arguments: "<first> <second>",
    discussion: """
      The files may be of different formats. What formats write in different ways without meaning anything else, such \
      as the module of a class, is no difference. Exit code 0 means no difference, 1 that there is one.
      """,
    examples: [
      "bnfold diff model.keras model.h5"
    ])

  @Argument(help: "The first file.")
  var first: String

  @Argument(help: "The second file.")
  var second: String

  @OptionGroup var architectureOption: ArchitectureOption

  @Option(help: "The architecture of the second file, if that is weights without one.")
  var secondArchitecture: String?

  @Flag(help: "Print the report as JSON.")
  var json = false

  @OptionGroup var readingOptions: ReadingOptions

  func perform() throws {
    let difference = try readingOptions.contained.compare(
      ModelPaths(model: first, companion: architectureOption.architecture),
      ModelPaths(model: second, companion: secondArchitecture))
    let report = DifferenceReport(difference: difference)
    if json {
      let members: [(String, JSONOutput)] = [
        ("command", .text("diff")), ("version", .text(BNFold.configuration.version)),
        ("first", .text(first)), ("second", .text(second)), readingOptions.trustedJSON,
        ("difference", report.json),
      ]
      Terminal.standardOutput.writeLine(JSONOutput.object(members).serialized())
    } else {
      for line in report.lines(for: .standardOutput) + readingOptions.trustedLines {
        Terminal.standardOutput.writeLine(line)
      }
    }
    guard difference.isEmpty else { throw Exit.notEqual }
  }
}

import ArgumentParser
import BatchNormFolding
import Bytes
import Jobs
import Reports

/// `bnfold diff`.
struct DiffCommand: ReportingCommand {
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

  @Argument(help: "The first file.", completion: .models)
  var first: String

  @Argument(help: "The second file.", completion: .models)
  var second: String

  @OptionGroup var architectureOption: ArchitectureOption

  @Option(
    help: "The architecture of the second file, if that is weights without one.", completion: .architectures)
  var secondArchitecture: String?

  @OptionGroup var reportOptions: ReportOptions

  @OptionGroup var readingOptions: ReadingOptions

  func work() -> Work {
    Work([first, second], as: [.first, .second]) { try compare() }
      .besides([architectureOption.architecture, secondArchitecture])
  }

  private func compare() throws -> Report {
    let contained = readingOptions.contained
    let files = (
      try contained.open(ModelPaths(model: first, companion: architectureOption.architecture)),
      try contained.open(ModelPaths(model: second, companion: secondArchitecture))
    )
    let digests = reportOptions.wantsDigests
    var report = Report(
      "diff",
      inputs: try ReportedFile.of(files.0, as: (.first, .architecture), digests: digests)
        + ReportedFile.of(files.1, as: (.second, .secondArchitecture), digests: digests))
    let difference = try contained.compare(files.0, files.1)
    report.parts = [DifferencePart(difference), readingOptions.trusted]
    report.outcome =
      difference.isEmpty
      ? .done : .failed([counted(difference.entries.count, "difference") + " between the files"])
    return report
  }
}

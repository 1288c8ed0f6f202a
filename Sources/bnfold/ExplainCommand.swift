import ArgumentParser
import BatchNormFolding
import Bytes
import Jobs
import Reports

/// `bnfold explain`.
struct ExplainCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    "explain",
    abstract:
      "Tell the whole story of one batch normalization: where it goes by which rules, or what is in its way.",
    arguments: "<model> <layer>",
    examples: [
      "bnfold explain model.keras bn_1"
    ])

  @Argument(
    help: "The model: .h5, .keras, .onnx, or weights (.weights.h5) with --architecture.", completion: .models)
  var model: String

  @OptionGroup var inspection: InspectionOptions

  @Argument(help: "The batch normalization, with the models around it: backbone/bn1.")
  var layer: String

  @OptionGroup var reportOptions: ReportOptions

  func work() -> Work {
    Work([model], as: [.model]) { try explain() }.besides([inspection.architectureOption.architecture])
  }

  private func explain() throws -> Report {
    var (answer, report) = try inspection.inspect(model, for: "explain", digests: reportOptions.wantsDigests)
    let name = ByteString(layer)
    guard let entry = answer.ledger.entries.first(where: { $0.layer == name }) else {
      throw UnknownLayer(name: name, file: model, known: answer.ledger.entries.map(\.layer))
    }
    report.parts = [
      ExplanationPart(entry, answer.layers.first { $0.path == name }), inspection.readingOptions.trusted,
    ]
    return report
  }
}

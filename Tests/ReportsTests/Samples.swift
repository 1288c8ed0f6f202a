import BatchNormFolding
import Bytes
import Equivalence
import Reports

/// Reports made by hand, the same every time.
enum Samples {
  static let documents = ["one": one, "several": several, "error": error]

  /// A fold in which something stays.
  private static var one: ReportDocument {
    ReportDocument("fold", [folded], isOfSeveral: false, seconds: 1.5)
  }

  /// A fold, a model that is not equal, and one that cannot be read.
  private static var several: ReportDocument {
    ReportDocument("fold", [folded, different, unreadable], isOfSeveral: true, seconds: 2.25)
  }

  /// An error before any file was opened.
  private static var error: ReportDocument {
    var report = Report("fold", inputs: [])
    report.outcome = .error(
      ReportedError(
        kind: "arguments", message: "-o, --output-folder and --in-place exclude each other.", advice: nil,
        exitCode: 64))
    return ReportDocument("fold", [report], isOfSeveral: false, seconds: nil)
  }

  static let ledger = Ledger(entries: [
    .init(
      layer: "stem/bn",
      outcome: .folded(into: ["stem/conv"], rule: "batch-norm-into-linear-layer", across: [])),
    .init(layer: "block1/bn", outcome: kept(.activation, "relu is not linear")),
    .init(layer: "block2/bn", outcome: kept(.activation, "relu_2 is not linear")),
    .init(
      layer: "head/bn",
      outcome: .kept(
        Refusal(.notFinite, "the variance of channel 3 is not a number"),
        forwards: Refusal(.noConsumer, "nothing reads it"))),
  ])

  static func kept(_ code: Refusal.Code, _ reason: String) -> Ledger.Outcome {
    .kept(Refusal(code, reason))
  }

  static var folded: Report {
    var report = Report("fold", inputs: [file(.model, "models/a.keras", "0a")])
    report.outputs = [file(.model, "models/a.folded.keras", "0b")]
    report.parts = [
      LedgerPart(ledger), NumbersPart(), CheckPart(equal), OutcomesPart(ledger), TrustedPart(["Swish"]),
    ]
    report.notes = ["the optimizer's state is left out"]
    (report.seed, report.seconds) = (7, 1.5)
    return report
  }

  private static var different: Report {
    var report = Report("fold", inputs: [file(.model, "models/b.keras", "0c")])
    report.parts = [LedgerPart(Ledger()), CheckPart(unequal)]
    report.outcome = .failed(["the folded model is different; nothing was written"])
    report.seconds = 0.5
    return report
  }

  private static var unreadable: Report {
    var report = Report("fold", inputs: [ReportedFile(.model, "models/c d.h5")])
    report.outcome = .error(
      ReportedError(
        kind: "malformed", message: "models/c d.h5: an array has 3 elements; expected 4",
        advice: "give the file with the weights", exitCode: 65))
    report.seconds = 0.25
    return report
  }

  private static func file(_ role: ReportedFile.Role, _ path: String, _ digits: String) -> ReportedFile {
    ReportedFile(role, path, bytes: 1000, digest: String(repeating: digits, count: 32))
  }

  private static var equal: EquivalenceReport {
    EquivalenceReport(
      verdict: .equal, differences: [], extent: ProofExtent(calls: 5, weights: 1234), unroundedLayers: [],
      runs: .notRun("there is a layer that bnfold does not run"),
      subnormalWeights: SubnormalWeights(count: 2, layers: ["stem/conv"]),
      unreadDifferences: ["aside"])
  }

  private static var unequal: EquivalenceReport {
    func difference(_ layer: ByteString, _ subject: String, count: Int) -> Difference {
      Difference(
        layer: layer, subject: subject, place: "[0, 1]", expected: "0.5", found: "0.25", ulps: 2048,
        count: count, isDifference: true)
    }
    return EquivalenceReport(
      verdict: .different,
      differences: [difference("conv", "kernel", count: 3), difference("conv", "bias", count: 1)],
      extent: ProofExtent(calls: 2, weights: 99), unroundedLayers: [],
      runs: .notRun("they are different"), subnormalWeights: SubnormalWeights(count: 0, layers: []))
  }
}

/// Some numbers.
private struct NumbersPart: ReportPart {
  var members: [JSONOutput.Member] { [("numbers", .array([.integer(177), .number(.infinity)]))] }

  func lines(for style: TextStyle) -> [String] { ["  layers 177 -> 124"] }

  var facts: [Fact] { [Fact("layers", "177 -> 124"), Fact("file", "33.8 -> 33.4 MB")] }
}

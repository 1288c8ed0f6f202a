import Bytes

@testable import BatchNormFolding
@testable import Equivalence
@testable import Jobs
@testable import Reports

/// A report with everything that a page can show, made up.
struct SyntheticReport {
  /// How many batch normalizations it has; every other one is folded.
  var count = 6
  /// What the names of layers begin with.
  var prefix: ByteString = "block/bn_"
  /// How much wider folding makes the range of the last kernel.
  var widening = 2.0
  var largestError = 0.5
  var verdict = Verdict.equal

  private func name(_ index: Int) -> ByteString { prefix + ByteString("\(index)") }

  var ledger: Ledger {
    Ledger(
      entries: (0..<count).map { index in
        Ledger.Entry(
          layer: name(index),
          outcome: index.isMultiple(of: 2)
            ? .folded(
              into: [ByteString("conv_\(index)")], rule: "conv", across: index == 2 ? ["pad", "crop"] : [])
            : .kept(Refusal(.activation, "relu_\(index) is not linear"), forwards: nil))
      })
  }

  var changes: [KernelChange] {
    (0..<count).map { index in
      let isLast = index == count - 1
      return KernelChange(
        layer: name(index), channels: 32 + index,
        before: ChannelRanges(of: [0.1, 0.2, 0.3, 0.5, 1]),
        after: ChannelRanges(of: [0.1, 0.2, 0.4, 0.7, isLast ? widening : 1.5]),
        deadChannels: index == 1 ? 3 : 0, largestError: isLast ? largestError : 0.49)
    }
  }

  var check: EquivalenceReport {
    EquivalenceReport(
      verdict: verdict, differences: [], extent: ProofExtent(calls: 40, weights: 1_234), unroundedLayers: [],
      runs: .run([
        OutputRun(
          output: 0, name: "predictions", inputs: "between -1 and 1", isBeforeActivation: false,
          difference: 2.6e-7, ownRounding: 4e-7, exactDifference: 3e-16, nonFiniteCount: 0, emptiness: nil)
      ]), subnormalWeights: SubnormalWeights(count: 17, layers: ["conv_0"]))
  }

  var fold: FoldAnswer {
    FoldAnswer(
      summary: ModelSummary(
        framework: "Keras", frameworkVersion: "3.15.1", partCount: 429, parameterCount: 8_062_504),
      size: ModelSize(parts: 367, parameters: 8_037_352), ledger: ledger, notes: [])
  }

  var report: Report {
    var report = Report(
      "fold", inputs: [ReportedFile(.model, "models/net.keras", bytes: 1_000, digest: "ab12")])
    report.outputs = [ReportedFile(.model, "net.folded.keras", bytes: 900, digest: "cd34")]
    report.parts = [
      ModelPart(fold.summary), LedgerPart(ledger), SizePart(fold, bytesBefore: 1_000, bytesAfter: 900),
      CheckPart(check), OutcomesPart(ledger), KernelChangesPart(changes),
    ]
    report.seed = 42
    report.seconds = 1.25
    return report
  }

  /// The page of one report.
  static func page(_ report: Report) -> String {
    HTMLRenderer().text(
      of: ReportDocument(report.command, [report], isOfSeveral: false, seconds: report.seconds))
  }
}

import BatchNormFolding
import Bytes
import Folding
import ModelFormats

/// Folds into files that have no name yet, and checks them in a second process.
package struct FoldStages {
  private let byPlan: Bool
  private var options: FoldOptions
  private let statistics: [LayerStatistics]
  private let seed: UInt64
  private let checks: Bool
  private let checksNames: Bool
  private let describes: Bool
  private let measures: Bool
  private let elementsFile: ByteString?

  /// - Parameters:
  ///   - byPlan: whether what is read with the model is a plan.
  ///   - options: what may be folded, without a plan.
  ///   - statistics: what batch normalizations get before that.
  ///   - seed: of the random inputs.
  ///   - checks: whether it is also compared what both compute.
  ///   - checksNames: whether the output has to have a name that says its format.
  ///   - describes: whether the answer also has the layers, for a picture.
  ///   - measures: whether the kernels are measured, too.
  ///   - elementsFile: the name of a file beside the output that takes the elements of large weights; nil for none.
  package init(
    byPlan: Bool, options: FoldOptions, statistics: [LayerStatistics], seed: UInt64, checks: Bool,
    checksNames: Bool, describes: Bool = false, measures: Bool = false, elementsFile: ByteString? = nil
  ) {
    (self.byPlan, self.options, self.statistics) = (byPlan, options, statistics)
    (self.seed, self.checks, self.checksNames) = (seed, checks, checksNames)
    (self.describes, self.measures, self.elementsFile) = (describes, measures, elementsFile)
  }

  /// What has been folded, into files that have no name yet.
  package struct Result {
    package var folded: FoldAnswer
    /// The report of the check; nil if it was not asked for.
    package let report: EquivalenceReport?
    /// What became of the kernels; nil if nobody asked for it.
    package let kernelChanges: [KernelChange]?
    package let files: ModelOutput
  }

  /// Folds; what goes further than the layer right before and cannot be proven is left out.
  ///
  /// - Parameter makeFiles: makes empty files.
  /// - Throws: `TaskFailure`, or why a process could not be started.
  package func run(
    _ contained: Contained, from input: ModelInput, into makeFiles: () throws -> ModelOutput
  ) throws -> Result {
    let result = try run(contained, from: input, into: try makeFiles())
    guard let report = result.report, !report.passed, options.rules == .all, !byPlan else { return result }
    let others: [(rules: FoldingRules, note: String)] = [
      (
        .backwards,
        "folds into layers after a batch normalization could not be proven for this network, and were left out"
      ),
      (
        .direct,
        """
        folds across other layers could not be proven for this network, and were left out; \
        a batch normalization is folded into the layer right before it, or stays
        """
      ),
    ]
    for (rules, note) in others {
      var fewer = self
      fewer.options.rules = rules
      var other = try fewer.run(contained, from: input, into: try makeFiles())
      guard other.report?.passed == true else { continue }
      other.folded.notes.append(note)
      return other
    }
    return result
  }

  private func run(_ contained: Contained, from input: ModelInput, into files: ModelOutput) throws -> Result {
    byPlan
      ? try run(
        PlannedFoldJob(checksNames: checksNames), CheckPlannedFoldJob(checks: checks), contained, input, files
      )
      : try run(
        FoldJob(
          options: options, statistics: statistics, checksNames: checksNames, describes: describes,
          elementsFile: elementsFile),
        CheckFoldJob(
          options: options, statistics: statistics, seed: seed, checks: checks, measures: measures,
          elementsFile: elementsFile),
        contained, input, files)
  }

  private func run<Folding: Job, Checking: Job>(
    _ folding: Folding, _ checking: Checking, _ contained: Contained, _ input: ModelInput,
    _ files: ModelOutput
  ) throws -> Result where Folding.Answer == FoldAnswer, Checking.Answer == CheckAnswer {
    var fold = try contained.start(folding, models: [input], output: files)
    var check = try contained.start(checking, models: [input, try files.openForReading()])
    let (folded, found) = try contained.finish(
      &fold, options.rules == .nothing ? "writing" : "folding", &check,
      checks ? "checking" : "reading back", files)
    return Result(
      folded: folded, report: found.report, kernelChanges: found.kernelChanges, files: files)
  }
}

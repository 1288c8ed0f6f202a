import BatchNormFolding
import ModelFiles

/// Folds into files that have no name yet, and checks them in a second process.
struct FoldStages {
  /// Whether what is read with the model is a plan.
  let byPlan: Bool
  /// What may be folded, without a plan.
  var options: FoldOptions
  /// What batch normalizations get before that.
  let statistics: [LayerStatistics]
  /// Of the random inputs.
  let seed: UInt64
  /// Whether it is also compared what both compute.
  let checks: Bool
  /// Whether the output has to have a name that says its format.
  let checksNames: Bool

  /// What has been folded, into files that have no name yet.
  struct Result {
    var folded: FoldAnswer
    /// The report of the check; nil if it was not asked for.
    let report: EquivalenceReport?
    let files: ModelOutput
  }

  /// Folds; what goes further than the layer right before and cannot be proven is left out.
  ///
  /// - Parameter makeFiles: makes empty files.
  /// - Throws: `TaskFailure`, or why a process could not be started.
  func run(
    _ contained: Contained, from input: ModelInput, into makeFiles: () throws -> ModelOutput
  ) throws -> Result {
    let result = try run(contained, from: input, into: try makeFiles())
    guard let report = result.report, !report.passed, options.rules == .all, !byPlan else { return result }
    var direct = self
    direct.options.rules = .direct
    var other = try direct.run(contained, from: input, into: try makeFiles())
    guard other.report?.passed == true else { return result }
    other.folded.notes.append(
      "folds further away could not be proven for this network, and were left out; the rest is as with --rules direct"
    )
    return other
  }

  private func run(_ contained: Contained, from input: ModelInput, into files: ModelOutput) throws -> Result {
    var fold = try contained.startFold(
      of: input, into: files, byPlan: byPlan, options: options, statistics: statistics,
      checksNames: checksNames)
    var check = try contained.startCheck(
      of: files, against: input, seed: seed, checks: checks, byPlan: byPlan, options: options,
      statistics: statistics)
    let folded = try Progress.during(options.rules == .nothing ? "writing" : "folding") { try fold.answer() }
    check.go()
    files.beginSynchronizing()
    let report = try Progress.during(checks ? "checking" : "reading back") { try check.answer() }
    return Result(folded: folded, report: report, files: files)
  }
}

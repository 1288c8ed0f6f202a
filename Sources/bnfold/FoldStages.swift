import BatchNormFolding
import ModelFiles

/// Folds into files that have no name yet, and checks them in a second process.
struct FoldStages {
  /// Whether what is read with the model is a plan.
  let byPlan: Bool
  /// What may be folded, without a plan.
  let options: FoldOptions
  /// What batch normalizations get before that.
  let statistics: [LayerStatistics]
  /// Of the random inputs.
  let seed: UInt64
  /// Whether it is also compared what both compute.
  let checks: Bool

  /// - Returns: what was folded, and the report of the check; nil if it was not asked for.
  /// - Throws: `TaskFailure`, or why a process could not be started.
  func run(
    _ contained: Contained, from input: ModelInput, into files: ModelOutput
  ) throws -> (FoldAnswer, EquivalenceReport?) {
    var fold = try contained.startFold(
      of: input, into: files, byPlan: byPlan, options: options, statistics: statistics)
    var check = try contained.startCheck(
      of: files, against: input, seed: seed, checks: checks, byPlan: byPlan, options: options,
      statistics: statistics)
    let folded = try Progress.during(options.rules == .nothing ? "writing" : "folding") { try fold.answer() }
    check.go()
    files.beginSynchronizing()
    let report = try Progress.during(checks ? "checking" : "reading back") { try check.answer() }
    return (folded, report)
  }
}

import Inference
import ModelGraph
import Synchronization
import Tensor

/// Checks that a folded model computes the same as the original.
public struct EquivalenceCheck: Sendable {
  public let original: Model
  public let folded: Model
  /// The seed of all random inputs; the same seed gives the same report.
  public let seed: UInt64

  public init(original: Model, folded: Model, seed: UInt64) {
    self.original = original
    self.folded = folded
    self.seed = seed
  }

  /// Compares each fold on its own, then the whole models.
  ///
  /// Where the whole models cannot be run, everything that no fold concerns has to be as it was.
  public func run(claims: [FoldClaim]) -> EquivalenceReport {
    let check = FoldCheck(original: original, folded: folded, seed: seed)
    let results = Mutex<[Int: FoldComparison]>([:])
    shareWork(of: claims.count, threads: processorCount()) { index in
      let comparison = check.compare(claims[index])
      results.withLock { $0[index] = comparison }
    }
    let folds = results.withLock { results in claims.indices.compactMap { results[$0] } }
    var wholeModel = WholeModelCheck(original: original, folded: folded, seed: seed).compare()
    if case .notPossible = wholeModel {
      let parts = UnchangedParts(original: original, folded: folded, claims: claims)
      if let difference = parts.difference() { wholeModel = .different(difference) }
    }
    return EquivalenceReport(folds: folds, wholeModel: wholeModel)
  }
}

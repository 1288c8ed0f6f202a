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
  ///
  /// - Parameters:
  ///   - claims: the layers whose weights have changed.
  ///   - removed: the layers that are gone, beside those of the claims.
  public func run(claims: [FoldClaim], removed: Set<LayerAddress> = []) -> EquivalenceReport {
    let check = FoldCheck(original: original, folded: folded, seed: seed)
    let results = Mutex<[Int: FoldComparison]>([:])
    // A layer whose tensors have been changed in two ways has no formula of its own; the whole model has.
    let comparable = claims.filter { $0.relations.input != .unknown && $0.relations.output != .unknown }
    shareWork(of: comparable.count, threads: processorCount()) { index in
      let comparison = check.compare(comparable[index])
      results.withLock { $0[index] = comparison }
    }
    let folds = results.withLock { results in comparable.indices.compactMap { results[$0] } }
    var wholeModel = WholeModelCheck(original: original, folded: folded, seed: seed).compare()
    if case .notPossible = wholeModel {
      let parts = UnchangedParts(original: original, folded: folded, claims: claims, removed: removed)
      if let difference = parts.difference() { wholeModel = .different(difference) }
    }
    return EquivalenceReport(folds: folds, wholeModel: wholeModel)
  }
}

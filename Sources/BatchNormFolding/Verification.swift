import Equivalence
import Folding
import ModelFiles
import ModelGraph
import Tensor

extension ModelFile {
  /// Compares a folded file with this one: each fold on its own, then the whole models.
  ///
  /// Which folds there are is found by planning this file again: planning is deterministic. Batch normalizations that
  /// the other file still has are no folds. A file that was folded by other rules is held against plans by the rules for the
  /// layer right before as well.
  ///
  /// - Parameters:
  ///   - folded: the file after folding, by bnfold or by any other tool that keeps the names of the layers.
  ///   - options: with which it was folded, as far as they are known.
  ///   - seed: of the random inputs; the same seed gives the same report.
  /// - Throws: `ModelFileError` where weights cannot be read, `UnknownLayer` as `fold` does.
  public func verify(
    _ folded: ModelFile, options: FoldOptions = FoldOptions(), seed: UInt64 = 0
  ) throws -> EquivalenceReport {
    let present = Set(Self.addressesByPath(folded.model.graph).keys)
    let plan = try fold(options).plan
    let report = try compare(with: folded, plan: plan, seed: seed, expectsAllFolds: false)
    // The whole models have been compared: no other plan makes them equal.
    if case .compared = report.wholeModel, !report.wholeModel.passed { return report }
    guard !report.passed else { return report }
    // What is still there may have been left out by name.
    var others = [options, options]
    others[1].rules = .direct
    for var options in others {
      options.skipped = Set(plan.ledger.entries.map(\.layer)).intersection(present)
      let other = try fold(options).plan
      guard other.removed.allSatisfy({ !present.contains(model.graph.path(of: $0)) }) else { continue }
      let next = try compare(with: folded, plan: other, seed: seed, expectsAllFolds: false)
      if next.passed { return next }
    }
    return report
  }

  /// - Parameter expectsAllFolds: whether a planned fold that is not in the other file is a fault.
  func compare(
    with folded: ModelFile, plan: FoldPlan, seed: UInt64, expectsAllFolds: Bool
  ) throws -> EquivalenceReport {
    let graph = model.graph
    let addresses = Self.addressesByPath(folded.model.graph)
    let gone = plan.removed.filter { addresses[graph.path(of: $0)] == nil }
    // Rewrites belong together. Where the other file has not all of them, only what happened right behind a layer can be
    // told, of layers that no rewrite concerns; the rest is for the whole models.
    let isWhole = gone == plan.removed
    var claims: [FoldClaim] = []
    var missing: [FoldComparison] = []
    for fold in plan.folds {
      let path = graph.path(of: fold.producer)
      let isDone =
        isWhole || (fold.relations == EndRelations() && gone.isSuperset(of: fold.batchNormalizations))
      if isDone, let place = addresses[path] {
        claims.append(
          FoldClaim(
            producer: fold.producer, batchNormalizations: fold.batchNormalizations, folded: place,
            inputShape: fold.inputShape, relations: fold.relations))
      } else if expectsAllFolds {
        missing.append(
          FoldComparison(
            layer: path, largestError: .infinity, channel: 0, tolerance: 0,
            obstacle: "the fold is not in the written file"))
      }
    }
    let report = EquivalenceCheck(original: model, folded: folded.model, seed: seed)
      .run(claims: claims, removed: gone)
    return EquivalenceReport(folds: report.folds + missing, wholeModel: report.wholeModel)
  }

  private static func addressesByPath(_ graph: Graph) -> [ByteString: LayerAddress] {
    var addresses: [ByteString: LayerAddress] = [:]
    graph.forEachGraph { inner, prefix in
      for index in inner.layers.indices {
        let address = LayerAddress(prefix + [index])
        addresses[graph.path(of: address)] = address
      }
    }
    return addresses
  }
}

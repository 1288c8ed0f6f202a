import Equivalence
import Folding
import ModelFiles
import ModelGraph
import Tensor

extension ModelFile {
  /// Compares a folded file with this one: each fold on its own, then the whole models.
  ///
  /// Which folds there are is found by planning this file again: planning is deterministic. Batch normalizations that
  /// the other file still has are no folds.
  ///
  /// - Parameters:
  ///   - folded: the file after folding, by bnfold or by any other tool that keeps the names of the layers.
  ///   - seed: of the random inputs; the same seed gives the same report.
  /// - Throws: `ModelFileError` where weights cannot be read.
  public func verify(_ folded: ModelFile, seed: UInt64 = 0) throws -> EquivalenceReport {
    try compare(with: folded, plan: try fold().plan, seed: seed, expectsAllFolds: false)
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

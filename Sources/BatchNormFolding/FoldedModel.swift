import Bytes
import Equivalence
import Files
import Folding
import ModelFormats
import ModelGraph

/// A model with its batch normalizations folded, not yet written.
public struct FoldedModel: Sendable {
  /// The file that it comes from.
  public let original: ModelFile
  /// What became of each batch normalization.
  public var ledger: Ledger { plan.ledger }
  let plan: FoldPlan

  init(original: ModelFile, plan: FoldPlan) {
    self.original = original
    self.plan = plan
  }

  /// The graph without the folded layers.
  public var graph: Graph { plan.graph }

  /// The number of layers that are left, those of inner models among them.
  public var layerCount: Int { graph.layerCount }

  /// The number of elements of all weights that are left.
  public var parameterCount: Int { graph.parameterCount }
}

/// How a folded model is written.
public struct WriteOptions: Sendable {
  /// Whether the written file is compared with the original before it gets its name.
  public var checks = true
  /// Whether it is an error if the whole models cannot be run.
  public var requiresFullCheck = false
  /// Whether a file that is there may be replaced.
  public var replaces = false
  /// The seed of the random inputs of the check.
  public var seed: UInt64 = 0

  public init() {}

  func accepting(_ report: EquivalenceReport) throws(NotEquivalent) -> EquivalenceReport {
    guard report.passed, report.isComplete || !requiresFullCheck else { throw NotEquivalent(report: report) }
    return report
  }
}

/// The written file is not equal to the original; it has been removed.
public struct NotEquivalent: Error {
  public let report: EquivalenceReport
}

extension FoldedModel {
  /// Writes the folded model, reads it back, checks it, and only then gives it its name.
  ///
  /// - Parameters:
  ///   - path: where the model goes; elements of weights that were in other files go to `PATH.data`.
  ///   - architecturePath: where the architecture goes, if it was in a file of its own; nil if nothing was folded.
  ///   - options: whether it is checked, and whether it may replace a file.
  /// - Returns: the report of the check; nil if it was not asked for.
  /// - Throws: `NotEquivalent` if the check fails, `ModelFileError` if a file cannot be read or written,
  ///   `OutputError` if the output cannot be made. Then there is no output file, or the one from before.
  @discardableResult
  public func write(
    to path: String, architecturePath: String? = nil, options: WriteOptions = WriteOptions()
  ) throws -> EquivalenceReport? {
    let isSeparate = pending().hasSeparateArchitecture
    guard architecturePath == nil ? !isSeparate || plan.removed.isEmpty : isSeparate else {
      throw ModelFileError(.separateArchitecture, file: original.path)
    }
    try original.verifyChecksums()
    let elementsPath = original.input.hasExternalFiles ? ModelInput.elementsFile(of: path) : nil
    return try pending(elementsFile: elementsPath.map { ByteString(String(PathParts($0).name)) }).publish(
      to: path, companionPath: architecturePath ?? elementsPath,
      permissions: original.input.model.permissions,
      replaces: options.replaces
    ) { written in
      guard options.checks else { return nil }
      return try options.accepting(try compare(with: written, seed: options.seed))
    }
  }

  /// The file that will be written.
  ///
  /// - Parameter elementsFile: the name of a file in its folder that takes the elements of large weights; nil for none.
  package func pending(elementsFile: ByteString? = nil) -> any PendingFile<any ModelSource> {
    original.source.edited(plan.graph, elementsFile: elementsFile)
  }

  /// Proves that a written file computes the same as the original, and runs both.
  package func compare(with written: any ModelSource, seed: UInt64) throws -> EquivalenceReport {
    let exact = Model(graph: plan.graph, weights: original.source).unrounded
    return try EquivalenceCheck(
      original: original.model, folded: Model(graph: written.graph, weights: written), exact: exact,
      trustsCarriedWeights: true
    ).report(inputs: .random(seed: seed))
  }
}

extension FoldedModel {
  /// What a user should know beside the ledger, a sentence each.
  public var notes: [String] {
    let merged = plan.mergedBranches
    let note =
      "\(counted(merged, "term")) of sums went into a convolution beside \(merged == 1 ? "it" : "them")"
    return (merged > 0 ? [note] : []) + pending().notes
  }
}

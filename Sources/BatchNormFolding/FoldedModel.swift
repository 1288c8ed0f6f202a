import Equivalence
import Files
import Folding
import Glibc
import ModelFiles
import ModelGraph
import Tensor

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
}

/// The written file is not equal to the original; it has been removed.
public struct NotEquivalent: Error {
  public let report: EquivalenceReport
}

extension FoldedModel {
  /// Writes the folded model, reads it back, checks it, and only then gives it its name.
  ///
  /// - Parameters:
  ///   - path: where the model goes.
  ///   - architecturePath: where the architecture goes, if it was in a file of its own; nil if nothing was folded.
  ///   - options: whether it is checked, and whether it may replace a file.
  /// - Returns: the report of the check; nil if it was not asked for.
  /// - Throws: `NotEquivalent` if the check fails, `ModelFileError` if a file cannot be read or written,
  ///   `OutputError` if the output cannot be made. Then there is no output file, or the one from before.
  @discardableResult
  public func write(
    to path: String, architecturePath: String? = nil, options: WriteOptions = WriteOptions()
  ) throws -> EquivalenceReport? {
    let isSeparate = original.contents.hasSeparateArchitecture
    guard architecturePath == nil ? !isSeparate || plan.removed.isEmpty : isSeparate else {
      throw ModelFileError(.separateArchitecture, file: original.path)
    }
    let permissions = original.input.model.permissions
    let output = try OutputFile(target: path, replaces: options.replaces, permissions: permissions)
    let description = try architecturePath.map {
      try OutputFile(target: $0, replaces: options.replaces, permissions: permissions)
    }
    try original.verifyChecksums()
    try write(into: output.descriptor, named: path)
    if let description { try writeArchitecture(into: description.descriptor, named: description.target) }
    let written = try readBack(
      output.openForReading(), architecture: description?.openForReading(), scratch: nil)
    var report: EquivalenceReport?
    if options.checks {
      let found = try compare(with: written, seed: options.seed)
      guard found.passed, found.isComplete || !options.requiresFullCheck else {
        throw NotEquivalent(report: found)
      }
      report = found
    }
    try output.publish()
    try description?.publish()
    return report
  }

  /// Writes into an empty file that is open for reading and writing.
  ///
  /// - Parameter path: its name, for errors.
  package func write(into descriptor: Int32, named path: String) throws(ModelFileError) {
    try original.contents.write(plan.graph, to: descriptor, named: path)
  }

  /// Writes the architecture of the folded model, where that is a file of its own, into an empty file.
  package func writeArchitecture(into descriptor: Int32, named path: String) throws(ModelFileError) {
    let text = original.contents.architectureText(for: plan.graph)
    if let code = text.withUnsafeBytes({ writeAll($0, to: descriptor, at: 0) }) {
      throw ModelFileError(.cannotWrite(code), file: path)
    }
  }

  /// Reads a written file back and compares every element with what had to be written.
  ///
  /// - Parameters:
  ///   - file: what was written.
  ///   - architecture: its architecture, if that was written to a file of its own; where nothing was folded, the one that
  ///     was read still holds.
  ///   - scratch: an empty file for weights that are compressed as a whole.
  /// - Throws: `OutputError` if anything is different.
  package func readBack(
    _ file: InputFile, architecture: InputFile?, scratch: ScratchFile?
  ) throws -> ModelFile {
    let architecture =
      architecture ?? (original.contents.hasSeparateArchitecture ? original.input.companion : nil)
    let written = try readingBack(file) { () throws(ModelFileError) in
      try ModelFile(
        reading: ModelInput(model: file, companion: architecture), scratch: scratch, limits: original.limits)
    }
    if let difference = try original.contents.difference(of: written.contents, from: plan.graph) {
      throw OutputError(.doesNotReadBack(difference), path: file.path)
    }
    return written
  }

  /// Proves that a written file computes the same as the original, and runs both.
  package func compare(with written: ModelFile, seed: UInt64) throws -> EquivalenceReport {
    let exact = Model(graph: plan.graph, weights: original.contents).unrounded
    return try EquivalenceCheck(
      original: original.model, folded: written.model, exact: exact, trustsCarriedWeights: true
    ).report(inputs: .random(seed: seed))
  }
}

/// Opens a file that bnfold has written: a fault in it is a fault of bnfold.
///
/// - Throws: `OutputError`, unless it is the system that does not let it be read.
func readingBack<Result>(_ file: InputFile, _ open: () throws(ModelFileError) -> Result) throws -> Result {
  do throws(ModelFileError) {
    return try open()
  } catch {
    guard error.systemError == nil else { throw error }
    throw OutputError(.doesNotReadBack("\(error.rule)"), path: file.path)
  }
}

extension FoldedModel {
  /// What a user should know beside the ledger, a sentence each.
  public var notes: [String] {
    var notes = original.contents.notes
    guard !ledger.folded.isEmpty else { return notes }
    if original.hasOptimizerState {
      notes.append("the optimizer's state was left out; it belongs to the unfolded weights")
    }
    if original.hasTrainingConfiguration { notes.append("the training configuration was kept") }
    return notes + renamedOutputs
  }

  /// Keras names an output after its layer: folding the layer that gives an output renames it.
  private var renamedOutputs: [String] {
    let before = original.model.graph
    guard before.outputNames.isEmpty else { return [] }
    let consequence =
      original.hasTrainingConfiguration
      ? "; losses and metrics that the training configuration gives by that name do not find it" : ""
    return zip(before.outputs, graph.outputs).compactMap { old, new in
      let oldName = before.layers[before.calls[old.call].layer].name
      let newName = graph.layers[graph.calls[new.call].layer].name
      return oldName == newName
        ? nil
        : "Keras calls the output \(oldName) by the name of its layer, which is now \(newName)\(consequence)"
    }
  }
}

import BatchNormFolding
import Bytes
import Folding
import Supervision

/// Folds a model into empty files.
struct FoldJob: Job {
  let options: FoldOptions
  /// What batch normalizations get before that.
  let statistics: [LayerStatistics]
  /// Whether the output has to have a name that says its format; one that replaces the model has that already.
  let checksNames: Bool
  /// Whether the answer also has the layers, for a picture.
  let describes: Bool
  /// The name of a file beside the output that takes the elements of large weights; nil for none.
  let elementsFile: ByteString?

  func answer(in workplace: Workplace) throws -> FoldAnswer {
    let file = try workplace.openModel(0, as: "the model")
    if checksNames {
      try file.checkNames(
        workplace.target().path,
        architecture: elementsFile == nil ? workplace.architectureTarget?.path : nil)
    }
    let folded = try workplace.plan(file, options, statistics)
    workplace.begin("writing the folded model", arrayBytes: file.allBytes)
    let pending = folded.pending(elementsFile: elementsFile)
    try workplace.write(pending)
    return FoldAnswer(
      summary: ModelSummary(of: file),
      size: ModelSize(parts: folded.layerCount + pending.additionalLayers, parameters: folded.parameterCount),
      ledger: folded.ledger, notes: folded.notes, description: describes ? ModelDescription(of: file) : nil)
  }
}

/// Reads a folded file back, compares it with what it has to be, and proves that it computes the same.
///
/// It reads the model itself, which it can do while another worker folds it; then it waits.
struct CheckFoldJob: Job {
  let options: FoldOptions
  let statistics: [LayerStatistics]
  /// Of the random inputs.
  let seed: UInt64
  /// Whether it also compares what both compute.
  let checks: Bool
  /// Whether it also measures the kernels.
  let measures: Bool
  let elementsFile: ByteString?

  var runsModels: Bool { checks }
  var readsWhatIsWritten: Bool { true }

  func answer(in workplace: Workplace) throws -> CheckAnswer {
    let file = try workplace.openModel(0, as: "the model")
    let folded = try workplace.plan(file, options, statistics)
    try file.verifyChecksums()
    let given = workplace.waitForWhatIsWritten("folded model")
    workplace.begin("reading the folded model back", arrayBytes: 2 * file.allBytes)
    let written = try folded.pending(elementsFile: elementsFile).readBack(
      given.input.all, scratch: given.scratch)
    if measures { workplace.begin("measuring the kernels", arrayBytes: 2 * file.allBytes) }
    let changes = measures ? try folded.kernelChanges(in: written) : nil
    guard checks else { return CheckAnswer(report: nil, kernelChanges: changes) }
    workplace.begin("comparing both models")
    return CheckAnswer(report: try folded.compare(with: written, seed: seed), kernelChanges: changes)
  }
}

/// What is found of what was written, or of two models.
package struct CheckAnswer: Codable {
  /// Nil where the check was not wanted.
  package let report: EquivalenceReport?
  /// Nil where nobody asked for them, and without a graph.
  package let kernelChanges: [KernelChange]?
}

/// How large a model is.
package struct ModelSize: Codable {
  /// Layers, or tensors where there are no layers.
  package let parts: Int
  /// Elements of all weights.
  package let parameters: Int
}

extension ModelSize: CheckedMessage {
  /// A report says by how much it is smaller.
  package var isPossible: Bool { Answers.areCounts(parts, parameters) }
}

/// What `fold` learns while it writes.
package struct FoldAnswer: Codable {
  /// The model before.
  package let summary: ModelSummary
  /// What is left of it.
  package let size: ModelSize
  package let ledger: Ledger
  package var notes: [String]
  /// The layers before and their wires; nil where nobody asked, or where there are none.
  package var description: ModelDescription?
}

extension Workplace {
  func plan(
    _ file: ModelFile, _ options: FoldOptions, _ statistics: [LayerStatistics] = []
  ) throws -> FoldedModel {
    begin("looking for what can be folded", arrayBytes: file.allBytes)
    return try file.withStatistics(statistics).fold(options)
  }
}

extension ModelFile {
  /// Bytes of the file, and of all its arrays.
  var allBytes: Int { byteCount + arrayBytes }
}

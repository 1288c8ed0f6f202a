import BatchNormFolding
import Files
import ModelFormats

/// The files that a model is written to.
package struct ModelOutput {
  private let model: OutputFile
  private var companion: OutputFile?
  /// Whether the second file has weights of the model, rather than its architecture.
  private let hasWeightsBeside: Bool

  var paths: ModelPaths { ModelPaths(model: model.target, companion: companion?.target) }
  var all: [OutputFile] { [model] + (companion.map { [$0] } ?? []) }

  /// Makes the empty files.
  ///
  /// - Throws: `OutputError` if one of them may not or cannot be written.
  package init(
    _ paths: ModelPaths, hasWeightsBeside: Bool = false, replaces: Bool, like original: ModelInput
  ) throws(OutputError) {
    self.hasWeightsBeside = hasWeightsBeside
    let permissions = original.model.permissions
    model = try OutputFile(target: paths.model, replaces: replaces, permissions: permissions)
    if let path = paths.companion {
      companion = try OutputFile(target: path, replaces: replaces, permissions: permissions)
    } else {
      companion = nil
    }
  }

  /// Opens the files once more, for a process that must not write to them.
  package func openForReading() throws(OutputError) -> ModelInput {
    var other: InputFile?
    if let companion { other = try companion.openForReading() }
    return ModelInput(model: try model.openForReading(), companion: other)
  }

  /// Forgets the second file where nothing has been written to it, as where no weight of a model is large enough for it.
  package mutating func omitEmptyCompanion() { if companion?.byteCount == 0 { companion = nil } }

  /// Begins to make the files durable, while they are read back.
  func beginSynchronizing() { for file in all { file.beginSynchronizing() } }

  /// Bytes of the files, as far as they have been written.
  package var byteCount: Int { all.reduce(0) { $0 + $1.byteCount } }

  /// Bytes of the files that these ones take the place of: an architecture counts only where it is written again.
  package func byteCount(insteadOf input: ModelInput) -> Int {
    let isWritten = input.form == .folder || companion != nil
    return input.byteCount - (isWritten ? 0 : input.companion?.byteCount ?? 0)
  }

  /// Gives the files their names, the model last, which is of no use without the other one.
  ///
  /// - Throws: `OutputError`; if it is about the model, the other file is there already.
  package func publish() throws(OutputError) {
    // An old model would read the new weights without noticing.
    if hasWeightsBeside, let companion, companion.replacesFile { try model.removeReplaced() }
    for file in all.reversed() { try file.publish() }
  }
}

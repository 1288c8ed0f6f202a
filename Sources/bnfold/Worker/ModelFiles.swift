import BatchNormFolding
import Files
import Tensor

/// The open files that a model is in, in the supervisor, which does not look into them.
struct OpenModel {
  let model: InputFile
  let architecture: InputFile?

  var paths: ModelPaths { ModelPaths(model: model.path, architecture: architecture?.path) }
  var all: [InputFile] { [model] + (architecture.map { [$0] } ?? []) }
}

/// The files that a model is written to.
struct ModelOutput {
  let model: OutputFile
  let architecture: OutputFile?

  var paths: ModelPaths { ModelPaths(model: model.target, architecture: architecture?.target) }
  var all: [OutputFile] { [model] + (architecture.map { [$0] } ?? []) }

  /// Makes the empty files.
  ///
  /// - Throws: `OutputError` if one of them may not or cannot be written.
  init(_ paths: ModelPaths, replaces: Bool, like original: OpenModel) throws(OutputError) {
    let permissions = original.model.permissions
    model = try OutputFile(target: paths.model, replaces: replaces, permissions: permissions)
    if let path = paths.architecture {
      architecture = try OutputFile(target: path, replaces: replaces, permissions: permissions)
    } else {
      architecture = nil
    }
  }

  /// Opens the files once more, for somebody who shall not write to them.
  func openForReading() throws(OutputError) -> OpenModel {
    var other: InputFile?
    if let architecture { other = try architecture.openForReading() }
    return OpenModel(model: try model.openForReading(), architecture: other)
  }

  /// Gives the files their names.
  ///
  /// - Throws: `OutputError`; if it is about the second file, the first is there already.
  func publish() throws(OutputError) { for file in all { try file.publish() } }
}

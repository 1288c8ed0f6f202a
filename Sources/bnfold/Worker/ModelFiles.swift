import ArgumentParser
import BatchNormFolding
import Files
import ModelFiles
import Tensor

extension ModelInput {
  var paths: ModelPaths {
    ModelPaths(form: form, model: model.path, companion: companion?.path, parts: parts.map(\.path))
  }
}

extension ModelPaths {
  /// The files, given in the order of their names.
  func input(_ files: [InputFile]) -> ModelInput {
    ModelInput(
      form: form, model: files[0], companion: companion == nil ? nil : files[1],
      parts: Array(files.suffix(parts.count)))
  }
}

/// The files that a model is written to.
struct ModelOutput {
  let model: OutputFile
  let companion: OutputFile?

  var paths: ModelPaths { ModelPaths(model: model.target, companion: companion?.target) }
  var all: [OutputFile] { [model] + (companion.map { [$0] } ?? []) }

  /// Makes the empty files.
  ///
  /// - Throws: `OutputError` if one of them may not or cannot be written.
  init(_ paths: ModelPaths, replaces: Bool, like original: ModelInput) throws(OutputError) {
    let permissions = original.model.permissions
    model = try OutputFile(target: paths.model, replaces: replaces, permissions: permissions)
    if let path = paths.companion {
      companion = try OutputFile(target: path, replaces: replaces, permissions: permissions)
    } else {
      companion = nil
    }
  }

  /// Opens the files once more, for a process that must not write to them.
  func openForReading() throws(OutputError) -> ModelInput {
    var other: InputFile?
    if let companion { other = try companion.openForReading() }
    return ModelInput(model: try model.openForReading(), companion: other)
  }

  /// Begins to make the files durable, while they are read back.
  func beginSynchronizing() { for file in all { file.beginSynchronizing() } }

  /// Gives the files their names.
  ///
  /// - Throws: `OutputError`; if it is about the second file, the first is there already.
  func publish() throws(OutputError) { for file in all { try file.publish() } }
}

extension ModelPaths {
  /// Whether these files can be written without destroying what is read for them.
  ///
  /// - Parameters:
  ///   - allowsModel: whether the model may be replaced.
  ///   - name: what is written.
  ///   - role: what is read.
  ///   - remedy: what to do where an output is that.
  /// - Throws: `ValidationError` where two paths mean the same file.
  func checkThatNothingIsOverwritten(
    _ given: ModelPaths, allowsModel: Bool = false, name: String = "The output",
    role: String = "the model itself",
    remedy: String = "name another file"
  ) throws {
    if companion == model {
      throw ValidationError("The model and its architecture cannot be written to the same file.")
    }
    for target in all where !allowsModel && given.all.contains(where: { ModelFile.areSame($0, target) }) {
      throw ValidationError(
        given.companion == nil
          ? "\(name) is \(role); \(remedy)."
          : "An output is one of the files that are read; name another one.")
    }
  }
}

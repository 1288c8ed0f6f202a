import ArgumentParser
import BatchNormFolding
import Jobs

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

import ArgumentParser
import BatchNormFolding
import Bytes
import Glibc
import Jobs

/// Where the results of several models go, one for each.
struct OutputPlaces {
  let paths: [String]

  /// - Parameters:
  ///   - output: where the only one goes.
  ///   - inPlace: whether each replaces its model.
  ///   - folder: where all go by their own names; it is made if it is not there.
  ///   - isDryRun: whether no file gets a name; then they are made where temporary files are.
  /// - Throws: `ValidationError` where two would be the same file, or one is another model; `TaskFailure` where a folder
  ///   cannot be made.
  init(
    _ models: [ModelSearch.Found], output: String?, inPlace: Bool, folder: String?, isDryRun: Bool
  ) throws {
    let wanted = models.map { model in
      if let folder { return "\(folder)/\(model.relativePath)" }
      return output ?? (inPlace ? model.path : FoldedName.beside(model.path))
    }
    try Self.check(wanted, of: models)
    if folder != nil, !isDryRun { for path in wanted { try Self.makeFolder(of: path) } }
    paths = isDryRun ? try wanted.map(Self.temporary) : wanted
  }

  /// Checks that no output takes the place of another one, or of the model that another one is made of.
  private static func check(_ outputs: [String], of models: [ModelSearch.Found]) throws {
    var owners: [FileIdentity: Int] = [:]
    for (index, model) in models.enumerated() {
      for path in ModelInput.files(of: model.path) {
        if let identity = FileIdentity(path) { owners[identity] = index }
      }
    }
    var names: [String: String] = [:]
    var sources: [FileIdentity: String] = [:]
    for (index, (path, model)) in zip(outputs, models).enumerated() {
      // What is in a folder that is not there yet has but its name.
      let identity = FileIdentity(path)
      let other =
        identity.map { sources.updateValue(model.path, forKey: $0) }
        ?? names.updateValue(model.path, forKey: path)
      if let other {
        throw ValidationError(
          "\(ByteString(other)) and \(ByteString(model.path)) would both be written to \(ByteString(path)).")
      }
      if let owner = identity.flatMap({ owners[$0] }), owner != index {
        throw ValidationError(
          "\(ByteString(model.path)) would be written over \(ByteString(models[owner].path)), which is folded as well."
        )
      }
    }
  }

  /// Where a file that gets no name is made.
  private static func temporary(_ path: String) throws(TaskFailure) -> String {
    guard let folder = TemporaryFolder.path else { throw .noTemporaryFolder }
    return "\(folder)/\(PathParts(path).name)"
  }

  private static func makeFolder(of path: String) throws {
    let folder = PathParts(path).folder
    guard mkdir(folder, 0o777) != 0, errno != EEXIST else { return }
    if errno == ENOENT {
      try makeFolder(of: folder)
      if mkdir(folder, 0o777) == 0 { return }
    }
    throw TaskFailure(folderNotMade: folder, errno)
  }
}

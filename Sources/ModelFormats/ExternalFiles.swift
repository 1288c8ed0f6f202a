import Bytes
import Files

extension ModelInput {
  /// More files than anybody cuts a model into.
  private static let maximumExternalFiles = 1000

  /// The same model with the files that it names, in the order in which it names them.
  ///
  /// The names come out of the model, so that a process which has looked into it may have been told any; here they are
  /// checked and opened by one that has not.
  ///
  /// - Parameters:
  ///   - names: paths in the folder of the model.
  ///   - limit: how many bytes each file may have.
  /// - Throws: `ModelFileError` where a path or a link leads out of the folder, or a file cannot be opened.
  public func opening(externalFiles names: [ByteString], limit: Int) throws(ModelFileError) -> ModelInput {
    guard names.count <= Self.maximumExternalFiles else {
      throw ModelFileError(InputRule.externalCount(limit: Self.maximumExternalFiles), file: model.path)
    }
    let folder = PathParts(model.path).folder
    var files: [InputFile] = []
    for name in names {
      guard let path = RelativePath(name) else {
        throw ModelFileError(InputRule.externalName(name), file: model.path)
      }
      let file = try FileReading.inFile { () throws(FileError) in
        try InputFile(opening: path, below: folder, limit: limit)
      }
      guard !file.isSameFile(as: model) else {
        throw ModelFileError(InputRule.externalIsModel, file: model.path)
      }
      files.append(file)
    }
    return ModelInput(form: form, model: model, companion: companion, parts: parts + files)
  }
}

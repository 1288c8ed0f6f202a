import Bytes
import ModelFormats

extension ModelInput {
  /// The names of other files that a model says its weights are in; none for most models.
  ///
  /// - Throws: `ModelFileError` where the model is damaged.
  package func externalFiles(limits: ReadingLimits) throws(ModelFileError) -> [ByteString] {
    guard mayNameFiles else { return [] }
    return try Formats.externalFiles(of: try OpenedInput(reading: self, limits: limits), limits: limits)
  }

  /// Whether it may be a model with weights elsewhere: names of files that hold all of a model are believed.
  package var mayNameFiles: Bool {
    guard form == .single, companion == nil else { return false }
    return FileFormat(path: model.path)?.mayNameFiles ?? true
  }
}

import BatchNormFolding
import Jobs
import ModelFormats

extension ReportedFile {
  /// The files of a model, with their digests where those are wanted.
  ///
  /// - Parameters:
  ///   - roles: of the model, and of what is read with it.
  /// - Throws: `FileError` if a file cannot be read.
  package static func of(
    _ input: ModelInput, as roles: (model: Role, companion: Role), digests: Bool
  ) throws -> [ReportedFile] {
    let digests = digests ? try FileDigest.of(input.all) : nil
    return input.all.enumerated().map { index, file in
      let isCompanion = index == 1 && input.companion != nil
      return ReportedFile(
        isCompanion ? roles.companion : index == 0 ? roles.model : .part, file.path, bytes: file.byteCount,
        digest: digests?[index])
    }
  }
}

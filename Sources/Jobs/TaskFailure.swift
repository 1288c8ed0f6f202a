import BatchNormFolding
import Bytes
import Files
import Glibc
import ModelFormats
import Supervision

/// Why a task was not done: the kind, which decides the exit code, and a line for people.
package struct TaskFailure: Error, Codable {
  package enum Kind: Int, Codable {
    case usage, malformed, noInput, inputOutput, cannotCreate, software, system
  }

  package let kind: Kind
  /// What went wrong.
  package let message: String
  /// What can be done about it, where the message does not say so.
  package let remedy: Remedy?

  package init(_ kind: Kind, _ message: String, remedy: Remedy? = nil) {
    (self.kind, self.message, self.remedy) = (kind, message, remedy)
  }

  /// - Parameter code: the system's error number.
  package init(reportNotWritten code: Int32) {
    self.init(.inputOutput, "cannot write the report: \(systemMessage(code))")
  }

  /// - Parameter code: the system's error number.
  package init(folderNotMade path: String, _ code: Int32) {
    self.init(.cannotCreate, "\(ByteString(path)): cannot create the folder: \(systemMessage(code))")
  }

  package static let noTemporaryFolder = Self(
    .cannotCreate, "there is no folder for temporary files that can be written; name one with TMPDIR")

  package init(_ error: any Error) {
    switch error {
    case let error as ModelFileError: kind = Self.kind(of: error)
    case let error as FileError: kind = Self.kind(of: error)
    case let error as OutputError: kind = Self.kind(of: error)
    case is UnknownLayer, is MisleadingName: kind = .usage
    case is ContradictedProof: kind = .software
    default: kind = .malformed
    }
    message = "\(error)"
    remedy = (error as? any RemediedError)?.remedy
  }

  private static func kind(of error: OutputError) -> Kind {
    switch error.rule {
    case .cannotWrite, .cannotSynchronize, .notDurable: .inputOutput
    case .doesNotReadBack: .software
    case .exists, .notRegular, .cannotCreate, .cannotRename: .cannotCreate
    }
  }

  private static func kind(of error: FileError) -> Kind {
    if case .system(let code, _) = error.rule { kind(ofSystemError: code) } else { .malformed }
  }

  private static func kind(of error: ModelFileError) -> Kind {
    error.systemError.map(kind(ofSystemError:)) ?? (error.isWriteFailure ? .inputOutput : .malformed)
  }

  private static func kind(ofSystemError code: Int32) -> Kind {
    [ENOENT, ENOTDIR, EACCES, EISDIR, ELOOP, ENAMETOOLONG].contains(code) ? .noInput : .inputOutput
  }
}

import BatchNormFolding
import Glibc
import Supervision
import Tensor

/// Why a task was not done: the kind, which decides the exit code, and a line for people.
struct TaskFailure: Error {
  enum Kind: Int {
    case usage, malformed, noInput, inputOutput, cannotCreate, software, system
  }

  let kind: Kind
  let message: String

  init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  init(_ error: any Error) {
    switch error {
    case let error as ModelFileError: kind = Self.kind(of: error)
    case let error as FileError: kind = Self.kind(of: error)
    case let error as OutputError: kind = Self.kind(of: error)
    case is UnknownLayer, is MisleadingName: kind = .usage
    case is ContradictedProof: kind = .software
    default: kind = .malformed
    }
    message = Self.message(of: error)
  }

  /// What went wrong, and what can be done about it.
  static func message(of error: any Error) -> String {
    let remedy = (error as? any RemediedError)?.remedy
    return "\(error)" + (remedy.map { "; \($0.advice)" } ?? "")
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

extension TaskFailure: Message {
  init(from reader: inout MessageReader) throws(MessageError) {
    guard let kind = Kind(rawValue: try reader.take()) else { throw MessageError() }
    self.kind = kind
    message = try reader.take()
  }

  func write(to writer: inout MessageWriter) { writer.put(kind.rawValue, message) }
}

import Bytes
import Glibc

/// Why an output file was not made.
public struct OutputError: Error, Sendable {
  /// The broken rule.
  public enum Rule: Sendable, Equatable {
    case exists
    case notRegular(String)
    case cannotCreate(Int32)
    case cannotWrite(Int32)
    case cannotRename(Int32)
    case cannotSynchronize(Int32)
    /// The file is complete and has its name, but the system did not confirm that it survives a power failure.
    case notDurable(Int32)
    /// The written file does not read back, in the reader's words.
    case doesNotReadBack(String)
  }

  public let rule: Rule
  public let path: String

  public init(_ rule: Rule, path: String) {
    self.rule = rule
    self.path = path
  }
}

extension OutputError: RemediedError {
  public var remedy: Remedy? { rule == .exists ? .replaceOutput : nil }
}

extension OutputError: CustomStringConvertible {
  public var description: String { "\(ByteString(path)): \(rule)" }
}

extension OutputError.Rule: CustomStringConvertible {
  public var description: String {
    switch self {
    case .exists: "the file exists"
    case .notRegular(let what): "the output is \(what)"
    case .cannotCreate(ENOSPC): "cannot create the output: the disk is full; free some space"
    case .cannotCreate(let code): "cannot create the output: \(systemMessage(code))"
    case .cannotWrite(let code): writeFailureMessage(code)
    case .cannotRename(let code): "cannot put the output in place: \(systemMessage(code))"
    case .cannotSynchronize(let code): "cannot make the output durable: \(systemMessage(code))"
    case .notDurable(let code):
      """
      the output is complete and in place, but the system did not confirm that it would survive a power failure: \
      \(systemMessage(code))
      """
    case .doesNotReadBack(let what):
      "nothing was written, since the written file does not read back, which is a fault of bnfold: \(what)"
    }
  }
}

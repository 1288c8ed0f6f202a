import Bytes
import Glibc

/// Why a file cannot be read.
public struct FileError: Error, Sendable {
  /// The broken rule.
  public enum Rule: Sendable, Equatable {
    /// The operating system refused; `errno` and the operation.
    case system(Int32, String)
    /// A pipe, a socket or a device, which cannot be read at any place.
    case notRegular
    /// The file is larger than the limit.
    case tooLarge(bytes: Int, limit: Int)
    /// The file ends before bytes that belong to it.
    case endsEarly
    /// A file that another one names is a symbolic link, or is reached by one.
    case symbolicLink(ByteString)
    /// A file that another one names has other names too, so that it may be any file.
    case hardLink(names: Int)
    /// What is in the file is damaged, in its reader's words.
    case damaged(String)
  }

  public let rule: Rule
  /// The path as it was given.
  public let path: String

  public init(_ rule: Rule, path: String) {
    self.rule = rule
    self.path = path
  }
}

extension FileError.Rule: CustomStringConvertible {
  public var description: String {
    switch self {
    case .system(let code, let operation): "\(operation): \(systemMessage(code))"
    case .notRegular: "this is a pipe, a socket or a device; save the model to a file first"
    case .tooLarge(let bytes, let limit):
      "the file has \(bytes) bytes, more than \(limit)"
    case .endsEarly: "the file became shorter while it was read"
    case .symbolicLink(let name):
      "\(name) is a symbolic link, which may lead anywhere; put the file itself into the folder of the model"
    case .hardLink(let names):
      "the file has \(names) names (hard links), and may be another one; copy it into the folder of the model"
    case .damaged(let what): what
    }
  }
}

extension FileError.Rule {
  public var remedy: Remedy? { if case .tooLarge = self { .raise(.file) } else { nil } }
}

extension FileError: RemediedError {
  public var remedy: Remedy? { rule.remedy }
}

extension FileError: CustomStringConvertible {
  public var description: String { "\(ByteString(path)): \(rule)" }
}

import Bytes
import Files

/// What is wrong with a zip archive, or with the attempt to read or write one.
public struct ZipError: Error, Sendable {
  /// The broken rule.
  public enum Rule: Sendable, Equatable {
    /// The file does not end with the end record of an archive.
    case noEndRecord
    /// The end record and the directory do not fit together.
    case inconsistentDirectory(String)
    /// The two headers of a member, or a header and the data, do not fit together.
    case inconsistentMember(String)
    /// A name that would lead somewhere else, or that readers understand differently.
    case forbiddenName
    /// Two members have the same name.
    case duplicateName
    /// A link instead of content.
    case symbolicLink
    case encrypted
    /// Neither stored nor deflated.
    case unsupportedMethod(Int)
    /// A feature of zip that no model file has.
    case unsupported(String)
    case tooManyMembers(Int, limit: Int)
    case tooLarge(bytes: Int, limit: Int, ReadingLimit)
    /// The member is compressed more than anything that Keras writes could be.
    case suspiciousExpansion(bytes: Int, compressedBytes: Int, limit: Int)
    /// The compressed bytes are damaged, or give another number of bytes than declared.
    case damagedContent
    case wrongChecksum
    /// The file cannot be read.
    case file(FileError.Rule)
    /// The operating system refused to write; `errno`.
    case cannotWrite(Int32)
  }

  public let rule: Rule
  /// The name of the member; nil for the archive itself.
  public let member: ByteString?

  public init(_ rule: Rule, member: ByteString? = nil) {
    self.rule = rule
    self.member = member
  }
}

extension ZipError {
  /// Whether it is about the file that was to be written, not about the one that was read.
  public var isWriteFailure: Bool { if case .cannotWrite = rule { true } else { false } }
}

extension ZipError: RemediedError {
  public var remedy: Remedy? {
    switch rule {
    case .tooManyMembers: .raise(.members)
    case .tooLarge(_, limit: _, let limit): .raise(limit)
    case .suspiciousExpansion: .raise(.zipExpansion)
    case .file(let rule): rule.remedy
    default: nil
    }
  }
}

extension ZipError: CustomStringConvertible {
  public var description: String { member.map { "member \($0): \(rule)" } ?? "\(rule)" }
}

extension ZipError.Rule: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noEndRecord: "the zip archive is cut off, or something was appended to it: no end record at its end"
    case .inconsistentDirectory(let what): "the directory of the zip archive is inconsistent: \(what)"
    case .inconsistentMember(let what): "the zip archive is inconsistent: \(what)"
    case .forbiddenName: "the name may lead out of the archive"
    case .duplicateName: "the archive has this member twice"
    case .symbolicLink: "the member is a symbolic link"
    case .encrypted: "the member is encrypted"
    case .unsupportedMethod(let number):
      "the compression method \(number) is not supported; Keras stores members, and deflated ones are read too"
    case .unsupported(let what): "the zip archive uses \(what), which model files never do"
    case .tooManyMembers(let count, let limit):
      "the archive has \(count) members, more than \(limit)"
    case .tooLarge(let bytes, let limit, _): "it has \(bytes) bytes, more than \(limit)"
    case .suspiciousExpansion(let bytes, let compressed, let limit):
      "\(compressed) bytes would become \(bytes), more than \(limit) times the number"
    case .damagedContent: "its compressed content is damaged"
    case .wrongChecksum: "its content does not have the checksum that the archive states"
    case .file(let rule): "\(rule)"
    case .cannotWrite(let code): writeFailureMessage(code)
    }
  }
}

import Glibc
import Tensor

/// A file that appears complete or not at all.
///
/// It is written under a temporary name beside its target, and renamed when everything about it is known to be
/// right. Until then the target is what it was.
/// Source of the order of steps: PostgreSQL, src/common/file_utils.c `durable_rename`.
public final class OutputFile {
  /// The name of the file to be.
  public let target: String
  /// Where it is written until then.
  public let temporary: String
  private var isPublished = false

  /// Makes the empty temporary file.
  ///
  /// - Parameters:
  ///   - target: the path of the file to be.
  ///   - replaces: whether a file that is there may be replaced.
  ///   - permissions: of a new file, as far as the process's mask allows them.
  /// - Throws: `OutputError` if the target may not or cannot be written.
  public init(target: String, replaces: Bool, permissions: mode_t) throws(OutputError) {
    var status = stat()
    let isThere = lstat(target, &status) == 0
    if isThere {
      switch status.st_mode & S_IFMT {
      case S_IFREG: guard replaces else { throw OutputError(.exists, path: target) }
      case S_IFDIR: throw OutputError(.notRegular("a directory"), path: target)
      case S_IFLNK:
        throw OutputError(.notRegular("a symbolic link; name the file it points to"), path: target)
      default: throw OutputError(.notRegular("not a regular file"), path: target)
      }
    }
    self.target = target
    temporary = Self.temporaryName(for: target)
    SignalCleanup.remember(temporary)
    let descriptor = open(
      temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, permissions & 0o777)
    guard descriptor >= 0 else {
      SignalCleanup.forget()
      throw OutputError(.cannotCreate(errno), path: target)
    }
    // A file that is replaced keeps its permissions, whatever the process's mask is.
    if isThere { fchmod(descriptor, status.st_mode & 0o777) }
    close(descriptor)
  }

  /// Makes the file durable and gives it its name.
  ///
  /// - Throws: `OutputError`; then the target is what it was.
  public func publish() throws(OutputError) {
    try synchronize(temporary)
    guard rename(temporary, target) == 0 else { throw OutputError(.cannotRename(errno), path: target) }
    isPublished = true
    SignalCleanup.forget()
    try synchronize(Self.directory(of: target))
  }

  deinit {
    guard !isPublished else { return }
    unlink(temporary)
    SignalCleanup.forget()
  }

  private func synchronize(_ path: String) throws(OutputError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw OutputError(.cannotSynchronize(errno), path: target) }
    defer { close(descriptor) }
    // Some file systems do not synchronize directories and say so.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw OutputError(.cannotSynchronize(errno), path: target)
    }
  }

  private static func directory(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.utf8.startIndex ? "/" : String(decoding: path.utf8[..<slash], as: UTF8.self)
  }

  /// A hidden name in the same directory, since a rename does not cross file systems.
  ///
  /// The target's name is not part of it: that may be as long as names can be.
  private static func temporaryName(for path: String) -> String {
    let start =
      path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path.utf8.index(after: $0) } ?? path.utf8.startIndex
    let directory = String(decoding: path.utf8[..<start], as: UTF8.self)
    return "\(directory).bnfold-\(getpid())-\(UInt32.random(in: 0 ... .max))"
  }
}

/// Why an output file was not made.
public struct OutputError: Error, Sendable, CustomStringConvertible {
  /// The broken rule.
  public enum Rule: Sendable, Equatable {
    case exists
    case notRegular(String)
    case cannotCreate(Int32)
    case cannotRename(Int32)
    case cannotSynchronize(Int32)
    /// The written file does not read back, in the reader's words.
    case doesNotReadBack(String)
  }

  public let rule: Rule
  public let path: String

  public init(_ rule: Rule, path: String) {
    self.rule = rule
    self.path = path
  }

  public var description: String {
    let path = ByteString(path)
    return switch rule {
    case .exists: "\(path): the file exists; use --force to replace it"
    case .notRegular(let what): "\(path): the output is \(what)"
    case .cannotCreate(let code): "\(path): cannot create the output: \(systemMessage(code))"
    case .cannotRename(let code): "\(path): cannot put the output in place: \(systemMessage(code))"
    case .doesNotReadBack(let what):
      "\(path): nothing was written, since the folded file does not read back, which is a fault of bnfold: \(what)"
    case .cannotSynchronize(let code): "\(path): cannot make the output durable: \(systemMessage(code))"
    }
  }
}

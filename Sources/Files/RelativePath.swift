import Bytes
import Glibc

/// A path that cannot lead out of the folder that it is relative to, whatever is on the disk.
public struct RelativePath: Sendable, Hashable {
  /// The names on the way, none of which is empty, `.` or `..`.
  public let names: [ByteString]

  /// The most bytes of a path that Linux opens, and of a name in it.
  private static let (longestPath, longestName) = (4095, 255)

  /// Takes a path apart.
  ///
  /// Backslashes separate names on other systems, where the same path would mean another file.
  ///
  /// - Returns: nil where it may lead anywhere, or is not the name of a file.
  public init?(_ path: ByteString) {
    let slash = UInt8(ascii: "/")
    let parts = path.bytes.split(separator: slash, omittingEmptySubsequences: false)
    guard path.bytes.count <= Self.longestPath, !path.bytes.contains(0),
      !path.bytes.contains(UInt8(ascii: "\\")), let last = parts.last, !last.elementsEqual(".".utf8),
      parts.allSatisfy({ !$0.isEmpty && $0.count <= Self.longestName && !$0.elementsEqual("..".utf8) })
    else { return nil }
    names = parts.filter { !$0.elementsEqual(".".utf8) }.map { ByteString($0) }
  }

  /// The path without names that say nothing.
  public var text: ByteString { ByteString(joining: names, separator: UInt8(ascii: "/")) }
}

extension InputFile {
  /// Opens a file that another one names, only if it is itself in the folder: no link of any kind is followed.
  ///
  /// - Parameters:
  ///   - path: where it is.
  ///   - folder: the folder that the path is relative to, as its owner has named it.
  ///   - limit: how many bytes it may have.
  /// - Throws: `FileError` if it cannot be opened, is a link, is reached by one, or has a second name.
  public convenience init(
    opening path: RelativePath, below folder: String, limit: Int
  ) throws(FileError) {
    let shown = folder + "/" + String(decoding: path.text.bytes, as: UTF8.self)
    var place = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard place >= 0 else { throw FileError(.system(errno, "cannot open"), path: shown) }
    defer { close(place) }
    for name in path.names.dropLast() {
      let inner = try Self.open(name, at: place, O_RDONLY | O_DIRECTORY, shown)
      close(place)
      place = inner
    }
    // Opening a FIFO would wait for a writer.
    let descriptor = try Self.open(path.names[path.names.count - 1], at: place, O_RDONLY | O_NONBLOCK, shown)
    try self.init(descriptor: descriptor, path: shown, limit: limit)
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_nlink == 1 else {
      throw FileError(.hardLink(names: Int(status.st_nlink)), path: shown)
    }
  }

  private static func open(
    _ name: ByteString, at folder: Int32, _ flags: Int32, _ shown: String
  ) throws(FileError) -> Int32 {
    let text = name.bytes.map { CChar(bitPattern: $0) } + [0]
    let descriptor = openat(folder, text, flags | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor < 0 else { return descriptor }
    let code = errno
    var status = stat()
    let isLink =
      fstatat(folder, text, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_mode & S_IFMT == S_IFLNK
    throw FileError(isLink ? .symbolicLink(name) : .system(code, "cannot open"), path: shown)
  }
}

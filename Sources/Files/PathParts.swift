/// A path as its folder and a name in it; nothing of it needs to exist.
public struct PathParts {
  /// What stands before the name: with the slash at its end, or empty.
  private let prefix: Substring
  /// What stands behind the last slash.
  public let name: Substring

  public init(_ path: String) {
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let start = slash.map { path.utf8.index(after: $0) } ?? path.startIndex
    prefix = path[..<start]
    name = path[start...]
  }

  /// The folder, `.` for a name alone.
  public var folder: String {
    prefix.isEmpty
      ? "." : prefix.utf8.count == 1 ? "/" : String(decoding: prefix.utf8.dropLast(), as: UTF8.self)
  }

  /// The path of another name in the same folder.
  public func sibling(_ name: String) -> String { prefix + name }
}

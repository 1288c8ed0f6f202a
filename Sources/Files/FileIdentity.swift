import Glibc

/// What a path means, by whatever name: a file that is there, or the name of one in a folder that is.
public struct FileIdentity: Hashable, Sendable {
  private let device: UInt
  private let number: UInt
  /// The name in the folder, for a file that is not there yet.
  private let name: String?

  /// - Returns: nil where neither the file nor its folder is there.
  public init?(_ path: String) {
    if let status = Self.status(of: path) {
      (device, number, name) = (UInt(status.st_dev), UInt(status.st_ino), nil)
      return
    }
    let parts = PathParts(path)
    guard let folder = Self.status(of: parts.folder) else { return nil }
    (device, number, name) = (UInt(folder.st_dev), UInt(folder.st_ino), String(parts.name))
  }

  private static func status(of path: String) -> stat? {
    var status = stat()
    return stat(path, &status) == 0 ? status : nil
  }
}

extension stat {
  /// Whether both describe the same file, by whatever names.
  func isSameFile(as other: stat) -> Bool { st_dev == other.st_dev && st_ino == other.st_ino }
}

import Glibc

/// Where files go that have no place of their own.
public enum TemporaryFolder {
  /// The folder that `TMPDIR` names; without it, the first of `/tmp`, `/var/tmp` and the current one that can be written.
  ///
  /// - Returns: nil where none of them can be written.
  public static var path: String? {
    if let name = getenv("TMPDIR"), name.pointee != 0 { return String(cString: name) }
    return ["/tmp", "/var/tmp", "."].first { access($0, W_OK) == 0 }
  }
}

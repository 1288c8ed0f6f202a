import Glibc

extension stat {
  /// Whether both describe the same file, by whatever names.
  public func isSameFile(as other: stat) -> Bool { st_dev == other.st_dev && st_ino == other.st_ino }
}

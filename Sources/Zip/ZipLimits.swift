/// Limits that bound time and memory of reading an archive.
public struct ZipLimits: Sendable {
  /// Members of an archive.
  public var members = 1000
  /// How many times larger than its compressed form a member may be, where it exceeds `freeBytes`.
  public var expansion = 100

  /// Below this, no compression is suspicious.
  static let freeBytes = 1 << 20

  public init() {}
}

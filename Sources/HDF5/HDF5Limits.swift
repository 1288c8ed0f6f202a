/// Limits that bound time and memory of reading a file.
public struct HDF5Limits: Sendable {
  /// Groups and datasets in a file.
  public var objects = 100_000
  /// How deep groups may nest.
  public var depth = 64
  /// Axes of an array.
  public var rank = 8
  /// Bytes of the name of a group, a dataset or an attribute.
  public var nameBytes = 64 << 10
  /// Attributes of one object.
  public var attributes = 10_000
  /// Bytes of one attribute's value.
  public var attributeBytes = 64 << 20
  /// Bytes of one array.
  public var arrayBytes = 2 << 30
  /// Bytes of all arrays together.
  public var totalBytes = 4 << 30
  /// How many times larger than the file all arrays together may be, where they exceed `freeBytes`.
  public var expansion = 1000
  /// Chunks of one array.
  public var chunks = 1_000_000

  /// Below this, no compression is suspicious.
  static let freeBytes = 1 << 20

  public init() {}
}

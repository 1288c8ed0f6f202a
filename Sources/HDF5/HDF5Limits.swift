/// Limits that bound time and memory of reading a file.
public struct HDF5Limits: Sendable {
  /// Groups and datasets in a file.
  public var objects = 100_000
  /// How deep groups may nest.
  public var depth = 64
  /// Axes of an array.
  public var rank = 8
  /// Bytes of one attribute's text.
  public var attributeBytes = 64 << 20
  /// Bytes of one array in chunks, whatever their compressed size; an array in one piece is bounded by the file.
  public var arrayBytes = 2 << 30

  public init() {}
}

import Bytes
import Elements

/// What a conversion makes of a model.
public struct ConversionTarget: Sendable, Codable {
  public let format: FileFormat
  /// What weights that are floating-point numbers become; nil to leave each as it is.
  public let type: ElementType?
  /// The release of the framework that shall load it; nil for the one that wrote it.
  public let release: ByteString?
  /// The name of a file in the same folder that takes the elements of large weights, in a format that has such files.
  public let elementsFile: ByteString?

  public init(
    format: FileFormat, type: ElementType? = nil, release: ByteString? = nil, elementsFile: ByteString? = nil
  ) {
    (self.format, self.type, self.release) = (format, type, release)
    self.elementsFile = elementsFile
  }
}

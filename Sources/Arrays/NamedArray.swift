import Bytes
import Elements

/// An array under its name, as files without a graph have it.
public struct NamedArray: Sendable {
  public let name: ByteString
  public let elementType: ElementType
  public let shape: Shape
  /// Bytes of all elements; elements may have less than one each.
  public let byteCount: Int
  public let content: ArrayContent

  /// An array of a type whose size is known, or of one that is only carried and has this many bytes.
  public init(
    name: ByteString, elementType: ElementType, shape: Shape, byteCount: Int? = nil, content: ArrayContent
  ) {
    self.name = name
    self.elementType = elementType
    self.shape = shape
    self.byteCount = byteCount ?? shape.elementCount * (elementType.byteCount ?? 0)
    self.content = content
  }

  /// The same array, its elements rounded once to a type if they are floating-point numbers of another one.
  public func rounded(to type: ElementType?) -> NamedArray {
    guard let type, elementType.isFloatingPoint, elementType != type else { return self }
    return NamedArray(
      name: name, elementType: type, shape: shape, content: .rounded(content, from: elementType, to: type))
  }
}

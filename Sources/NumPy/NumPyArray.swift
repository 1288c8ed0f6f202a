import Elements

/// An array as `numpy.save` writes it.
///
/// Source: numpy/lib/format.py, "Format Version 1.0" to "3.0".
public struct NumPyArray: Sendable, Hashable {
  public let elementType: ElementType
  public let shape: Shape
  /// The elements in row-major order, little endian.
  public let bytes: [UInt8]

  /// - Precondition: there are as many bytes as the shape needs.
  public init(elementType: ElementType, shape: Shape, bytes: [UInt8]) {
    precondition(bytes.count == shape.elementCount * (elementType.byteCount ?? 0))
    self.elementType = elementType
    self.shape = shape
    self.bytes = bytes
  }

  /// Whether a file may be one.
  public static func isArray(startingWith head: [UInt8]) -> Bool { head.starts(with: NumPyHeader.magic) }

  /// Reads the content of a file.
  ///
  /// - Throws: `NumPyError` where it is not one, or has elements that bnfold does not read.
  public init(reading content: [UInt8]) throws(NumPyError) {
    let layout = try NumPyLayout(head: content, byteCount: content.count)
    elementType = layout.elementType
    shape = layout.shape
    let data = Array(content[layout.offset...])
    bytes = layout.isColumnMajor ? Self.rowMajor(data, shape, elementType.byteCount ?? 1) : data
  }

  /// The content of a file of version 1.0.
  public var content: [UInt8] { NumPyHeader.bytes(elementType: elementType, shape: shape) + bytes }

  private static func rowMajor(_ data: [UInt8], _ shape: Shape, _ size: Int) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(data.count)
    var position = [Int](repeating: 0, count: shape.count)
    for _ in 0..<shape.elementCount {
      // The first axis is the one whose elements stand side by side.
      let place = zip(position, shape).reversed().reduce(0) { $0 * $1.1 + $1.0 }
      result += data[place * size..<(place + 1) * size]
      for axis in shape.indices.reversed() {
        position[axis] += 1
        if position[axis] < shape[axis] { break }
        position[axis] = 0
      }
    }
    return result
  }
}

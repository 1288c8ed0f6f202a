import Elements

/// What is where in a file as `numpy.save` writes it, for a caller that does not want to read all of it.
public struct NumPyLayout: Sendable, Hashable {
  public let elementType: ElementType
  public let shape: Shape
  /// Bytes in front of the first element.
  public let offset: Int
  /// Whether the elements of the first axis stand side by side.
  public let isColumnMajor: Bool

  /// As many bytes as can stand in front of the first element.
  public static let headBytes = 12 + NumPyHeader.maximumBytes

  /// Reads the beginning of a file.
  ///
  /// - Parameters:
  ///   - head: the first `headBytes` bytes, or all of a shorter file.
  ///   - byteCount: the size of the file.
  /// - Throws: `NumPyError` where it is not one, has elements that bnfold does not read, or another size than its shape needs.
  public init(head: [UInt8], byteCount: Int) throws(NumPyError) {
    let header = try NumPyHeader(of: head)
    let found = byteCount - header.length
    let (expected, overflow) = (header.shape.checkedElementCount ?? .max)
      .multipliedReportingOverflow(by: header.elementBytes)
    guard !overflow, expected == found else {
      throw .size(expected: overflow ? .max : expected, found: found)
    }
    elementType = header.elementType
    shape = header.shape
    offset = header.length
    isColumnMajor = header.isColumnMajor
  }
}

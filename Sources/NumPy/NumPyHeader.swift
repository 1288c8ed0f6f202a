import Elements

/// The description in front of an array: a Python dictionary with exactly three keys.
///
/// Source: numpy/lib/format.py `_read_array_header` and `_write_array_header`.
struct NumPyHeader {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Bytes in front of the first element.
  let length: Int
  let elementType: ElementType
  let elementBytes: Int
  let isColumnMajor: Bool
  let shape: Shape

  /// The longest description that NumPy itself reads without being asked to.
  static let maximumBytes = 10_000
  private static let maximumRank = 64

  init(of content: [UInt8]) throws(NumPyError) {
    guard content.count >= 10, content.starts(with: Self.magic) else { throw .notNumPy }
    let lengthBytes: Int
    switch content[6] {
    case 1: lengthBytes = 2
    case 2, 3: lengthBytes = 4
    default: throw .unsupportedVersion(major: content[6])
    }
    let start = 8 + lengthBytes
    guard content.count >= start else { throw .header("is cut off") }
    let count = content[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard count <= Self.maximumBytes else { throw .header("has \(count) bytes; NumPy writes far fewer") }
    guard content.count - start >= count else { throw .header("is cut off") }
    length = start + count
    var parser = PythonDictionaryParser(content[start..<length])
    let entries = try parser.dictionary()
    guard entries.keys.sorted() == ["descr", "fortran_order", "shape"],
      case .text(let description)? = entries["descr"],
      case .truth(let isColumnMajor)? = entries["fortran_order"],
      case .tuple(let shape)? = entries["shape"]
    else { throw .header("does not have descr, fortran_order and shape, and nothing else") }
    guard shape.count <= Self.maximumRank else {
      throw .header("has \(shape.count) axes; NumPy has no more than 64")
    }
    guard let type = Self.type(description), let bytes = type.byteCount else {
      throw .unsupportedType(description)
    }
    elementType = type
    elementBytes = bytes
    self.isColumnMajor = isColumnMajor
    self.shape = shape
  }

  /// The bytes in front of the elements, which begin at a multiple of 64.
  static func bytes(elementType: ElementType, shape: Shape) -> [UInt8] {
    guard let description = description(of: elementType) else {
      preconditionFailure("NumPy has no elements of type \(elementType)")
    }
    let sizes = shape.map { "\($0), " }.joined()
    let tuple = shape.count == 1 ? "(\(shape[0]),)" : "(\(sizes.dropLast(2)))"
    var text = Array("{'descr': '\(description)', 'fortran_order': False, 'shape': \(tuple), }".utf8)
    text += [UInt8](repeating: UInt8(ascii: " "), count: 63 - (10 + text.count) % 64) + [UInt8(ascii: "\n")]
    return magic + [1, 0] + withUnsafeBytes(of: UInt16(text.count).littleEndian) { Array($0) } + text
  }

  private static let names: [(String, ElementType)] = [
    ("<f2", .float16), ("<f4", .float32), ("<f8", .float64), ("|b1", .boolean),
    ("|i1", .integer(bits: 8, isSigned: true)), ("|u1", .integer(bits: 8, isSigned: false)),
    ("<i2", .integer(bits: 16, isSigned: true)), ("<u2", .integer(bits: 16, isSigned: false)),
    ("<i4", .integer(bits: 32, isSigned: true)), ("<u4", .integer(bits: 32, isSigned: false)),
    ("<i8", .integer(bits: 64, isSigned: true)), ("<u8", .integer(bits: 64, isSigned: false)),
  ]

  private static func type(_ description: String) -> ElementType? {
    names.first { $0.0 == description }?.1
  }

  private static func description(of type: ElementType) -> String? { names.first { $0.1 == type }?.0 }
}

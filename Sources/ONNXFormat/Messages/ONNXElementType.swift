import Elements

/// The element types of ONNX, by their numbers.
///
/// Source: onnx/onnx.proto, `TensorProto.DataType`.
enum ONNXElementType {
  /// In which field a tensor has its elements, unless they are raw.
  enum Field: Sendable {
    case floats, integers32, strings, integers64, doubles, unsigned64
  }

  struct Entry: Sendable {
    let number: Int32
    let type: ElementType
    /// Bits of an element; nil where elements have no fixed size.
    let bits: Int?
    let field: Field
  }

  static let string: Int32 = 8

  static let all: [Entry] =
    [
      entry(1, .float32, .floats),
      entry(2, .integer(bits: 8, isSigned: false), .integers32),
      entry(3, .integer(bits: 8, isSigned: true), .integers32),
      entry(4, .integer(bits: 16, isSigned: false), .integers32),
      entry(5, .integer(bits: 16, isSigned: true), .integers32),
      entry(6, .integer(bits: 32, isSigned: true), .integers32),
      entry(7, .integer(bits: 64, isSigned: true), .integers64),
      entry(string, .other("string"), .strings),
      entry(9, .boolean, .integers32),
      entry(10, .float16, .integers32),
      entry(11, .float64, .doubles),
      entry(12, .integer(bits: 32, isSigned: false), .unsigned64),
      entry(13, .integer(bits: 64, isSigned: false), .unsigned64),
      entry(14, .other("complex64"), bits: 64, .floats),
      entry(15, .other("complex128"), bits: 128, .doubles),
      entry(16, .bfloat16, .integers32),
      entry(17, .other("float8e4m3fn"), bits: 8, .integers32),
      entry(18, .other("float8e4m3fnuz"), bits: 8, .integers32),
      entry(19, .other("float8e5m2"), bits: 8, .integers32),
      entry(20, .other("float8e5m2fnuz"), bits: 8, .integers32),
      entry(21, .other("uint4"), bits: 4, .integers32),
      entry(22, .other("int4"), bits: 4, .integers32),
      entry(23, .other("float4e2m1"), bits: 4, .integers32),
      entry(24, .other("float8e8m0"), bits: 8, .integers32),
      entry(25, .other("uint2"), bits: 2, .integers32),
      entry(26, .other("int2"), bits: 2, .integers32),
      entry(27, .other("float6e2m3"), bits: 6, .integers32),
      entry(28, .other("float6e3m2"), bits: 6, .integers32),
    ]

  private static func entry(_ number: Int32, _ type: ElementType, bits: Int? = nil, _ field: Field) -> Entry {
    Entry(number: number, type: type, bits: bits ?? type.byteCount.map { $0 * 8 }, field: field)
  }

  /// The entry of a number; nil where there is none.
  static subscript(number: Int32) -> Entry? {
    number >= 1 && number <= all.count ? all[Int(number) - 1] : nil
  }

  /// The number of a type; nil where ONNX does not have it.
  static func number(of type: ElementType) -> Int32? { all.first { $0.type == type }?.number }
}

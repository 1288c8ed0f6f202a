import Elements
import ModelGraph

/// An array of integers or truth values with a shape, row-major; exact, whatever a pass computes in.
public struct IntegerArray: Sendable, Hashable {
  public var shape: Shape
  /// Each within its type; unsigned 64-bit integers as the signed ones with the same bits, truth values as 0 and 1.
  public var values: [Int64]
  /// An integer type or that of truth values.
  public var type: ElementType

  /// - Precondition: there are as many values as the shape has elements.
  public init(shape: Shape, values: [Int64], type: ElementType = .int64) {
    precondition(shape.elementCount == values.count)
    self.shape = shape
    self.values = values
    self.type = type
  }

  /// One integer.
  public init(_ value: Int, type: ElementType = .int64) {
    self.init(shape: [], values: [Int64(value)], type: type)
  }

  /// Truth values.
  init(shape: Shape, isTrue: [Bool]) {
    self.init(shape: shape, values: isTrue.map { $0 ? 1 : 0 }, type: .boolean)
  }
}

extension IntegerArray {
  /// Values as a file has them; nil for a type without whole bytes, and for another number of bytes.
  ///
  /// The shape has no more elements than memory has bytes; the bytes are little endian.
  public init?(shape: Shape, bytes: [UInt8], type: ElementType) {
    guard type.isExact, let size = type.byteCount, [1, 2, 4, 8].contains(size),
      let count = shape.checkedElementCount, bytes.count / size == count, bytes.count % size == 0
    else { return nil }
    self.shape = shape
    self.type = type
    values = bytes.withUnsafeBytes { bytes in
      (0..<count).map { index in
        var pattern: UInt64 = 0
        for byte in (0..<size).reversed() { pattern = pattern << 8 | UInt64(bytes[index * size + byte]) }
        return type.wrapped(Int64(bitPattern: pattern))
      }
    }
  }

  /// The values as a file has them, little endian.
  public var bytes: [UInt8] {
    let size = type.byteCount ?? 1
    return [UInt8](unsafeUninitializedCapacity: values.count * size) { bytes, initialized in
      for value in values {
        for byte in 0..<size {
          bytes.initializeElement(at: initialized, to: UInt8(truncatingIfNeeded: value >> Int64(8 * byte)))
          initialized += 1
        }
      }
    }
  }

  /// The values as a type that has room for them, or rounds them once.
  func numbers<Scalar: InferenceScalar>(as: Scalar.Type = Scalar.self) -> DenseArray<Scalar> {
    type.isUnsigned64
      ? DenseArray(shape: shape, values: values.map { Scalar(UInt64(bitPattern: $0)) })
      : DenseArray(shape: shape, values: values.map { Scalar($0) })
  }

  /// The values in another type, wrapping around at its width.
  func converted(to type: ElementType) -> IntegerArray {
    type == self.type
      ? self : IntegerArray(shape: shape, values: values.map { type.wrapped($0) }, type: type)
  }
}

extension ElementType {
  /// Signed 64-bit integers.
  public static let int64 = ElementType.integer(bits: 64, isSigned: true)

  /// Whether values of it are integers or truth values.
  public var isExact: Bool {
    switch self {
    case .integer, .boolean: true
    case .float16, .bfloat16, .float32, .float64, .other: false
    }
  }

  var isUnsigned64: Bool { self == .integer(bits: 64, isSigned: false) }

  /// An integer as this type keeps it: its lowest bits, or whether it is not 0.
  @inline(__always)
  func wrapped(_ value: Int64) -> Int64 {
    switch self {
    case .boolean: value == 0 ? 0 : 1
    case .integer(let bits, let isSigned) where bits < 64:
      isSigned
        ? (value << Int64(64 - bits)) >> Int64(64 - bits)
        : Int64(bitPattern: (UInt64(bitPattern: value) << UInt64(64 - bits)) >> UInt64(64 - bits))
    default: value
    }
  }

  /// The smallest and the largest value, as `IntegerArray` has them.
  var exactLimits: (lowest: Int64, highest: Int64) {
    switch self {
    case .integer(let bits, true): (Int64.min >> Int64(64 - bits), Int64.max >> Int64(64 - bits))
    case .integer(let bits, false): (0, Int64(bitPattern: UInt64.max >> UInt64(64 - bits)))
    default: (0, 1)
    }
  }

  /// Whether one value is smaller than another one.
  @inline(__always)
  func isLess(_ left: Int64, _ right: Int64) -> Bool {
    isUnsigned64 ? UInt64(bitPattern: left) < UInt64(bitPattern: right) : left < right
  }
}

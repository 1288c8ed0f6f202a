/// A Swift type that bnfold computes in: Float or Double.
///
/// Each conformance converts with loops of its own: a generic loop over all pairs of types would be run unspecialized
/// by other modules, a hundred times slower.
public protocol ComputedElement: BinaryFloatingPoint, Sendable {
  /// The type of stored elements that need no decoding.
  static var elementType: ElementType { get }

  /// Decodes stored elements, little endian.
  ///
  /// - Parameters:
  ///   - raw: whole elements.
  ///   - type: their type, a floating-point type.
  ///   - target: uninitialized memory for as many values.
  static func decode(
    _ raw: UnsafeRawBufferPointer, as type: ElementType, to target: UnsafeMutableBufferPointer<Self>)
}

extension Float: ComputedElement {
  public static var elementType: ElementType { .float32 }

  public static func decode(
    _ raw: UnsafeRawBufferPointer, as type: ElementType, to target: UnsafeMutableBufferPointer<Float>
  ) {
    switch type {
    case .float16: raw.withMemoryRebound(to: Float16.self) { convert($0, to: target) { Float($0) } }
    case .bfloat16: raw.withMemoryRebound(to: BFloat16.self) { convert($0, to: target) { Float($0) } }
    case .float32: raw.withMemoryRebound(to: Float.self) { convert($0, to: target) { $0 } }
    case .float64: raw.withMemoryRebound(to: Double.self) { convert($0, to: target) { Float($0) } }
    case .integer, .boolean, .other: preconditionFailure("elements of type \(type) are only carried")
    }
  }
}

extension Double: ComputedElement {
  public static var elementType: ElementType { .float64 }

  public static func decode(
    _ raw: UnsafeRawBufferPointer, as type: ElementType, to target: UnsafeMutableBufferPointer<Double>
  ) {
    switch type {
    case .float16: raw.withMemoryRebound(to: Float16.self) { convert($0, to: target) { Double($0) } }
    case .bfloat16: raw.withMemoryRebound(to: BFloat16.self) { convert($0, to: target) { Double($0) } }
    case .float32: raw.withMemoryRebound(to: Float.self) { convert($0, to: target) { Double($0) } }
    case .float64: raw.withMemoryRebound(to: Double.self) { convert($0, to: target) { $0 } }
    case .integer, .boolean, .other: preconditionFailure("elements of type \(type) are only carried")
    }
  }
}

/// Without the checks of `map`, so that the loop is vectorized.
private func convert<Stored, Value>(
  _ stored: UnsafeBufferPointer<Stored>, to target: UnsafeMutableBufferPointer<Value>,
  _ convert: (Stored) -> Value
) {
  precondition(stored.count == target.count)
  for index in 0..<stored.count { target.initializeElement(at: index, to: convert(stored[index])) }
}

extension ElementType {
  /// Decodes all elements of a buffer; its size is a multiple of the element's.
  ///
  /// - Precondition: the type is a floating-point type.
  public func decode<Value: ComputedElement>(_ raw: UnsafeRawBufferPointer) -> [Value] {
    let count = byteCount.map { raw.count / $0 } ?? 0
    return [Value](unsafeUninitializedCapacity: count) { target, initialized in
      Value.decode(raw, as: self, to: UnsafeMutableBufferPointer(rebasing: target[..<count]))
      initialized = count
    }
  }

  /// Encodes values, each rounded once to this type.
  ///
  /// - Precondition: the type is a floating-point type.
  public func encode(_ values: [Double]) -> [UInt8] {
    switch self {
    case .float16: Self.bytes(of: values.map { Float16($0) })
    case .bfloat16: Self.bytes(of: values.map { BFloat16($0) })
    case .float32: Self.bytes(of: values.map { Float($0) })
    case .float64: Self.bytes(of: values)
    case .integer, .boolean, .other: preconditionFailure("elements of type \(self) are only carried")
    }
  }

  private static func bytes<Stored>(of values: [Stored]) -> [UInt8] {
    values.withUnsafeBytes { Array($0) }
  }
}

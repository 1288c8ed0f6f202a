/// A Swift type that bnfold computes in: Float or Double.
///
/// Each conformance converts with loops of its own: a generic loop over all pairs of types would be run unspecialized
/// by other modules, a hundred times slower.
public protocol ComputedElement: BinaryFloatingPoint, Sendable {
  /// Decodes all elements of a buffer of stored elements, little endian.
  ///
  /// - Precondition: the type is not `.other`, and the buffer's size is a multiple of the element's.
  static func decode(_ raw: UnsafeRawBufferPointer, as type: ElementType) -> [Self]
}

extension Float: ComputedElement {
  public static func decode(_ raw: UnsafeRawBufferPointer, as type: ElementType) -> [Float] {
    switch type {
    case .float16: raw.withMemoryRebound(to: Float16.self) { stored in converted(stored) { Float($0) } }
    case .float32: raw.withMemoryRebound(to: Float.self) { stored in Array(stored) }
    case .float64: raw.withMemoryRebound(to: Double.self) { stored in converted(stored) { Float($0) } }
    case .other(let name): preconditionFailure("elements of type \(name) are only carried")
    }
  }
}

extension Double: ComputedElement {
  public static func decode(_ raw: UnsafeRawBufferPointer, as type: ElementType) -> [Double] {
    switch type {
    case .float16: raw.withMemoryRebound(to: Float16.self) { stored in converted(stored) { Double($0) } }
    case .float32: raw.withMemoryRebound(to: Float.self) { stored in converted(stored) { Double($0) } }
    case .float64: raw.withMemoryRebound(to: Double.self) { stored in Array(stored) }
    case .other(let name): preconditionFailure("elements of type \(name) are only carried")
    }
  }
}

/// `map` without its checks, so that the loop is vectorized.
private func converted<Stored, Value>(
  _ stored: UnsafeBufferPointer<Stored>, _ convert: (Stored) -> Value
) -> [Value] {
  [Value](unsafeUninitializedCapacity: stored.count) { target, initialized in
    for index in 0..<stored.count { target.initializeElement(at: index, to: convert(stored[index])) }
    initialized = stored.count
  }
}

extension ElementType {
  /// Decodes all elements of a buffer; its size is a multiple of the element's.
  ///
  /// - Precondition: the type is not `.other`.
  public func decode<Value: ComputedElement>(_ raw: UnsafeRawBufferPointer) -> [Value] {
    Value.decode(raw, as: self)
  }

  /// Encodes values, each rounded once to this type.
  ///
  /// - Precondition: the type is not `.other`.
  public func encode(_ values: [Double]) -> [UInt8] {
    switch self {
    case .float16: Self.bytes(of: values.map { Float16($0) })
    case .float32: Self.bytes(of: values.map { Float($0) })
    case .float64: Self.bytes(of: values)
    case .other(let name): preconditionFailure("elements of type \(name) are only carried")
    }
  }

  private static func bytes<Stored>(of values: [Stored]) -> [UInt8] {
    values.withUnsafeBytes { Array($0) }
  }
}

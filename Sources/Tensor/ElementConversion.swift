/// Conversion between stored bytes (little endian) and Swift floating-point values.
extension ElementType {
  /// Decodes all elements of a buffer; the buffer's size is a multiple of the element's.
  ///
  /// - Precondition: the type is not `.other`.
  public func decode<Value: BinaryFloatingPoint>(_ raw: UnsafeRawBufferPointer) -> [Value] {
    switch self {
    case .float16: Self.convert(raw, from: Float16.self)
    case .float32: Self.convert(raw, from: Float.self)
    case .float64: Self.convert(raw, from: Double.self)
    case .other(let name): preconditionFailure("elements of type \(name) are only carried")
    }
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

  private static func convert<Stored: BinaryFloatingPoint, Value: BinaryFloatingPoint>(
    _ raw: UnsafeRawBufferPointer, from: Stored.Type
  ) -> [Value] {
    let count = raw.count / MemoryLayout<Stored>.stride
    return [Value](unsafeUninitializedCapacity: count) { target, initialized in
      raw.withMemoryRebound(to: Stored.self) { stored in
        for index in 0..<count { target.initializeElement(at: index, to: Value(stored[index])) }
      }
      initialized = count
    }
  }

  private static func bytes<Stored>(of values: [Stored]) -> [UInt8] {
    values.withUnsafeBytes { Array($0) }
  }
}

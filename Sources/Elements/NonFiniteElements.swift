extension ElementType {
  /// How many stored elements are NaN or infinite; 0 for a type that bnfold does not compute with.
  ///
  /// Magnitudes of IEEE 754 numbers order like their bits without the sign, and integers are compared faster: only where the
  /// largest of them is not finite are they counted.
  ///
  /// - Parameter raw: whole elements, little endian.
  public func nonFiniteCount(in raw: UnsafeRawBufferPointer) -> Int {
    switch self {
    case .float16: raw.withMemoryRebound(to: Int16.self) { count(in: $0, from: 0x7C00) }
    case .bfloat16: raw.withMemoryRebound(to: Int16.self) { count(in: $0, from: 0x7F80) }
    case .float32: raw.withMemoryRebound(to: Int32.self) { count(in: $0, from: 0x7F80_0000) }
    case .float64: raw.withMemoryRebound(to: Int64.self) { count(in: $0, from: 0x7FF0_0000_0000_0000) }
    case .integer, .boolean, .other: 0
    }
  }
}

/// How many numbers are not below a bound, without their signs.
@inline(__always)
private func count<Bits: FixedWidthInteger & SignedInteger>(
  in elements: UnsafeBufferPointer<Bits>, from infinity: Bits
) -> Int {
  var largest: Bits = 0
  for element in elements { largest = max(largest, element & Bits.max) }
  return largest < infinity ? 0 : elements.count { $0 & Bits.max >= infinity }
}

/// The upper half of a Float: its sign, its exponent and 7 bits of its fraction.
///
/// Source: Intel, BFLOAT16 - Hardware Numerics Definition (2018). Swift has no type for it.
public struct BFloat16: Sendable, Equatable {
  public let bitPattern: UInt16

  public init(bitPattern: UInt16) { self.bitPattern = bitPattern }

  /// A value rounded once, to nearest, ties to even; what is too large becomes an infinity.
  public init(_ value: Double) {
    let float = Float(value)
    var bits = float.bitPattern
    guard !float.isNaN else {
      bitPattern = UInt16(truncatingIfNeeded: bits >> 16) | 0x40
      return
    }
    // On its way the value was rounded to a Float, and may have become a tie that it is not.
    if bits & 0xFFFF == 0x8000, float.isFinite, Double(float) != value {
      bits = abs(Double(float)) > abs(value) ? bits - 1 : bits + 1
    }
    bitPattern = UInt16(truncatingIfNeeded: (bits + 0x7FFF + (bits >> 16 & 1)) >> 16)
  }
}

extension Float {
  public init(_ value: BFloat16) { self.init(bitPattern: UInt32(value.bitPattern) << 16) }
}

extension Double {
  public init(_ value: BFloat16) { self.init(Float(value)) }
}

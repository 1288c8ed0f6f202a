/// A small generator of reproducible random numbers (SplitMix64).
///
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A value between -1 and 1, uniform, exactly representable as a Float.
  ///
  /// The same numbers can so be given to a float32 and to a float64 run.
  public mutating func nextSigned() -> Double { Double(Int64(next() >> 40) - (1 << 23)) * 0x1p-23 }
}

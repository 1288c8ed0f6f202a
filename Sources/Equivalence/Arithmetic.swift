import CKernels
import Elements

/// How the folded weights may have been computed, and with it how far they may be from the exact values.
enum Arithmetic: Sendable {
  /// Exactly, and each weight rounded once to its stored type.
  case exact
  /// In float32, by any of the formulas that are in use.
  ///
  /// gamma / sqrt(variance + epsilon), gamma * rsqrt(…), pow(…, -0.5), the bias first or last: on 49 models they were up to
  /// 3.6 units in the last place away.
  case float32

  /// The relative error of an operation in float32.
  static let unit = 0x1p-24
  /// The relative error of the few operations in Double that an exact value takes.
  static let noise = 0x1p-50

  /// Units that the scale of a batch normalization takes, the product with a weight, and all of it at the end.
  static let unitsOfANormalization = 5.0
  static let unitsOfALayer = 1.0
  private static let unitsAtTheEnd = 2.0
  /// Units by which elements of a kernel may differ from what their channel has in common.
  static let unitsOfAnElement = 3.0
  /// Units of the terms that a bias is the sum of, before they cancel out.
  static let unitsOfABias = 8.0
  /// What these may come to, relative to what is left of the terms, or to 1 where that is less.
  static let largestBias = 0x1p-10

  /// By how much a ratio that is 1 may differ from it, beyond its bounds.
  ///
  /// - Parameter budget: what the operations since the last identity can have moved it by, in units.
  func slack(_ budget: Double) -> Double {
    switch self {
    case .exact: Self.noise
    case .float32: budget == 0 ? Self.noise : (budget + Self.unitsAtTheEnd) * Self.unit
    }
  }

  /// A number of units, for a bound that only float32 arithmetic needs.
  func units(_ count: Double) -> Double { self == .exact ? 0 : count * Self.unit }

  /// The rounding error of a sum of products in Double, relative to the sum of the magnitudes.
  ///
  /// Source: Higham, "Accuracy and Stability of Numerical Algorithms", 2nd edition, section 3.1: n units for n terms.
  static func noise(ofTerms count: Int) -> Double { Double(count + 8) * 0x1p-52 }
}

/// The distances of a stored number from the borders of what is rounded to it.
struct HalfUnits: Sendable {
  /// Half a unit in the last place relative to the power of two below the number.
  private let relative: Double
  /// Half the smallest positive number.
  private let least: Double
  private let leastNormal: Double

  /// - Precondition: the type is a floating-point type.
  ///
  /// - Parameter arithmetic: that of some processors and libraries in float32 makes 0 of what is subnormal there.
  init(_ type: ElementType, _ arithmetic: Arithmetic = .exact) {
    guard let ulp = type.ulpOfOne, let least = type.leastNonzeroMagnitude,
      let normal = type.leastNormalMagnitude
    else { preconditionFailure("elements of type \(type) are only carried") }
    // A value in Double cannot be known more exactly than Double has it.
    relative = type == .float64 ? 0x1p-51 : ulp / 2
    // What is subnormal in float16 is an ordinary number of the float32 that it is computed in.
    let isFlushed = arithmetic == .float32 && normal <= 0x1p-126
    self.least = isFlushed ? normal : type == .float64 ? least : least / 2
    leastNormal = normal
  }

  /// The same for the loops in C.
  ///
  /// - Parameter extra: what a number may be off by beside its rounding, relative to it.
  func rounding(extra: Double) -> BNFoldRounding {
    BNFoldRounding(
      relative: relative, least: least, leastNormal: leastNormal, extra: extra, noise: Arithmetic.noise)
  }

  /// How much larger a magnitude may have been before it was rounded, and how much smaller.
  @inline(__always)
  func around(_ magnitude: Double) -> (above: Double, below: Double) {
    let bits = magnitude.bitPattern
    let power = Double(bitPattern: bits & 0x7FF0_0000_0000_0000)
    let above = max(power * relative, least)
    // Below a power of two the numbers are twice as dense.
    let isPower = bits & 0x000F_FFFF_FFFF_FFFF == 0 && power > leastNormal
    return (above, isPower ? above / 2 : above)
  }
}

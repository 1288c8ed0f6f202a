/// Comparisons in which what is not a number wins, as it does in TensorFlow and NumPy.
///
/// Swift's `max` and `min` keep it or drop it, by the order of the two.
extension FloatingPoint {
  /// The larger of two numbers; not a number where one of them is not.
  @inline(__always)
  static func larger(_ left: Self, _ right: Self) -> Self { left >= right || left.isNaN ? left : right }

  /// The smaller of two numbers; not a number where one of them is not.
  @inline(__always)
  static func smaller(_ left: Self, _ right: Self) -> Self { left <= right || left.isNaN ? left : right }

  /// The number, or the bound that it is beyond; not a number where it is not.
  @inline(__always)
  func clipped(from low: Self, to high: Self) -> Self { .smaller(.larger(self, low), high) }

  /// The number where it is positive, otherwise 0; not a number where it is not.
  @inline(__always)
  var positivePart: Self { self <= 0 ? 0 : self }
}

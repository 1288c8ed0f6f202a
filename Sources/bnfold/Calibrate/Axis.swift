import Glibc

/// A logarithmic axis of a plot.
struct Axis {
  private let low: Double
  private let high: Double
  /// No picture shows more than this from its middle.
  private static let widest = 1e6

  /// - Parameters:
  ///   - values: what shall be seen on it, as far as it is positive.
  ///   - range: what is seen in any case.
  init(covering values: [Double], atLeast range: ClosedRange<Double>) {
    let seen = values.filter { $0.isFinite && $0 > 0 }
    let low = min(range.lowerBound, seen.min() ?? range.lowerBound)
    let high = max(range.upperBound, seen.max() ?? range.upperBound)
    let margin = pow(high / low, 0.04)
    self.low = max(low / margin, 1 / Self.widest)
    self.high = min(high * margin, Self.widest)
  }

  /// Where a value is between the ends, from 0 to 1; what is outside is at an end.
  func position(of value: Double) -> Double {
    guard value > low else { return 0 }
    return min(1, log(value / low) / log(high / low))
  }

  /// Round numbers along the axis, not too many.
  var ticks: [Double] {
    let decades = log10(high / low)
    let steps: [Double] =
      decades > 5
      ? [1] : decades > 2 ? [1, 3] : decades > 0.9 ? [1, 2, 5] : [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9]
    let exponents = Int(log10(low).rounded(.down))...Int(log10(high).rounded(.up))
    return exponents.flatMap { exponent in
      steps.map { step in exponent < 0 ? step / pow(10, Double(-exponent)) : step * pow(10, Double(exponent))
      }
    }.filter { (low...high).contains($0) }
  }
}

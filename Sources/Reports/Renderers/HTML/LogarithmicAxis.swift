import Bytes
import Glibc

/// A logarithmic axis over whole powers of ten, whose positions are percents of its length.
struct LogarithmicAxis {
  private let exponents: ClosedRange<Int>

  /// - Parameter values: what has to be on it; those that have no logarithm are left out.
  init(over values: some Sequence<Double>) {
    let logarithms = values.filter { $0 > 0 && $0.isFinite }.map(log10)
    let lowest = Int((logarithms.min() ?? 0).rounded(.down))
    let highest = Int((logarithms.max() ?? 0).rounded(.up))
    exponents = lowest...max(highest, lowest + 1)
  }

  /// From 0 to 100; what is beyond an end is at it, as zero is.
  func position(_ value: Double) -> Double {
    guard value > 0 else { return 0 }
    guard value.isFinite else { return 100 }
    let length = Double(exponents.upperBound - exponents.lowerBound)
    return min(100, max(0, 100 * (log10(value) - Double(exponents.lowerBound)) / length))
  }

  /// Powers of ten that can be read beside each other.
  func marks(atMost count: Int = 6) -> [(label: String, position: Double)] {
    let step = max(1, (exponents.count + count - 1) / count)
    return stride(from: exponents.lowerBound, through: exponents.upperBound, by: step).map { exponent in
      (Self.label(exponent), position(pow(10, Double(exponent))))
    }
  }

  private static func label(_ exponent: Int) -> String {
    switch exponent {
    case 0...4: grouped(Int(pow(10, Double(exponent))))
    case -3..<0: fixed(pow(10, Double(exponent)), digits: -exponent)
    default: "1e\(exponent)"
    }
  }
}

/// A position as SVG and CSS have it.
func percent(_ value: Double) -> String { fixed(value, digits: 2) + "%" }

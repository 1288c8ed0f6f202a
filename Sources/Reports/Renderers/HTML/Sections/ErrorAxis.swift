import Bytes

/// The upright axis of errors in units in the last place: linear while rounding explains them, else logarithmic.
struct ErrorAxis {
  private let logarithmic: LogarithmicAxis?

  /// The height of the chart, and what is left free at its top and bottom, in pixels.
  static let height = 190
  private static let margin = 12

  /// Errors up to this are drawn on a linear axis.
  private static let mostLinear = 1.0

  init(upTo largest: Double) {
    logarithmic = largest > Self.mostLinear ? LogarithmicAxis(over: [0.1, largest]) : nil
  }

  var isLogarithmic: Bool { logarithmic != nil }

  /// The height of an error, in pixels from the top.
  func y(_ error: Double) -> Int {
    let share = logarithmic.map { $0.position(error) / 100 } ?? min(1, max(0, error / Self.mostLinear))
    // What is not a number is as bad as it gets.
    let place = error.isNaN ? 1 : share
    return Self.height - Self.margin - Int(place * Double(Self.height - 2 * Self.margin))
  }

  /// Labels with their heights.
  var marks: [(label: String, y: Int)] {
    guard let logarithmic else { return ["0", "0.25", "0.5", "0.75", "1"].map { ($0, y(Double($0) ?? 0)) } }
    return logarithmic.marks().map { label, position in
      let place = position / 100
      return (label, Self.height - Self.margin - Int(place * Double(Self.height - 2 * Self.margin)))
    }
  }
}

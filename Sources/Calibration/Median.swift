/// The value in the middle, or the mean of both in the middle; 0 of none.
func median(_ values: [Double]) -> Double {
  guard !values.isEmpty else { return 0 }
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/// How a number is spread over the channels of a layer.
public struct ChannelSpread: Sendable, Equatable {
  public let smallest: Double
  public let median: Double
  public let largest: Double

  init(of values: [Double]) {
    smallest = values.min() ?? 0
    median = Calibration.median(values)
    largest = values.max() ?? 0
  }
}

import Bytes

extension Verdict: CustomStringConvertible {
  public var description: String {
    switch self {
    case .equal: "equal"
    case .equalWithinFloat32: "equal within float32 arithmetic"
    case .different: "different"
    case .notProven: "not proven"
    case .sampled: "sampled"
    }
  }
}

extension Difference: CustomStringConvertible {
  /// The layer, what of it, and both values.
  public var description: String {
    let layer = layer.isEmpty ? "" : "\(layer): "
    let place = place.map { " \($0)" } ?? ""
    let subject = "\(layer)\(subject)\(place)"
    guard !expected.isEmpty || !found.isEmpty else {
      return isDifference ? subject : "the proof ended at \(subject)"
    }
    let ulps = ulps.map { ", off by \(short($0)) ulp" } ?? ""
    let count = count > 1 ? " (\(grouped(count)) in all)" : ""
    let values = "\(found) instead of \(expected)"
    return "\(subject): \(values)\(ulps)\(count)"
      + (isDifference ? "" : ", in a way that is not proven")
  }
}

extension OutputRun: CustomStringConvertible {
  /// How far apart both models are, or why that shows nothing.
  public var description: String {
    if let emptiness { return "shows nothing: \(emptiness)" }
    return """
      is off by \(scientific(difference)) of its largest value; own rounding \
      \(scientific(ownRounding))
      """ + (nonFiniteWords.map { "; \($0)" } ?? "")
  }

  /// What of the values is not compared; nil where all of them are.
  public var nonFiniteWords: String? {
    guard nonFiniteCount > 0 else { return nil }
    return "\(counted(nonFiniteCount, "value")) \(nonFiniteCount == 1 ? "is" : "are") NaN or infinite in both"
  }
}

extension EquivalenceReport: CustomStringConvertible {
  /// The verdict, and the first difference where there is one.
  public var description: String {
    "\(verdict)" + (differences.first.map { ": \($0)" } ?? "")
  }
}

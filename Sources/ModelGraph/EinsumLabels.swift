/// The labels of an equation of einsum; the axes of an ellipsis have negative ones, counted from the last axis.
///
/// Source: NumPy, `numpy.einsum`.
public struct EinsumLabels: Sendable, Hashable {
  /// Of the axes of each operand.
  public let inputs: [[Int]]
  /// Of the axes of the result, each once.
  public let output: [Int]

  /// - Parameters:
  ///   - equation: with commas between the operands and an arrow before the result, which may be missing.
  ///   - ranks: of the operands.
  /// - Returns: nil for an equation that is none, or that does not fit.
  public init?(_ equation: String, ranks: [Int]) {
    let text = equation.filter { $0 != " " }
    let sides = text.split(separator: "-", omittingEmptySubsequences: false)
    guard sides.count == 1 || (sides.count == 2 && sides[1].first == ">") else { return nil }
    let parts = sides[0].split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == ranks.count else { return nil }
    var (inputs, longest): ([[Int]], Int) = ([], 0)
    for (part, rank) in zip(parts, ranks) {
      let letters = part.count { $0 != "." }
      let elided = part.contains(".") ? rank - letters : 0
      guard let labels = Self.labels(part, elided: elided), labels.count == rank else { return nil }
      longest = max(longest, elided)
      inputs.append(labels)
    }
    let all = inputs.flatMap { $0 }
    if sides.count == 2 {
      guard let labels = Self.labels(sides[1].dropFirst(), elided: longest),
        Set(labels).count == labels.count, labels.allSatisfy(all.contains)
      else { return nil }
      output = labels
    } else {
      let letters = Set(all.filter { $0 > 0 }).sorted()
      let ellipsis = (0..<longest).map { $0 - longest }
      output = ellipsis + letters.filter { letter in all.count { $0 == letter } == 1 }
    }
    self.inputs = inputs
  }

  private static func labels(_ part: Substring, elided: Int) -> [Int]? {
    guard elided >= 0 else { return nil }
    var labels: [Int] = []
    let halves = part.split(separator: "...", maxSplits: 1, omittingEmptySubsequences: false)
    for (number, half) in halves.enumerated() {
      if number == 1 { labels += (0..<elided).map { $0 - elided } }
      for letter in half {
        guard letter.isASCII, letter.isLetter, let code = letter.asciiValue else { return nil }
        labels.append(Int(code))
      }
    }
    return labels
  }
}

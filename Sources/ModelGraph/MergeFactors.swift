extension Merge {
  /// What a sum multiplies each of its terms with; nil for another way to merge.
  public func factors(count: Int) -> [Double]? {
    switch self {
    case .add: [Double](repeating: 1, count: count)
    case .average: [Double](repeating: 1 / Double(count), count: count)
    case .subtract: count == 2 ? [1, -1] : nil
    case .addScaled(let scale): count == 2 ? [1, scale] : nil
    default: nil
    }
  }
}

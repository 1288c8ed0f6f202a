extension Range<Int> {
  /// The range in pieces of a size, the last one as long as what is left.
  public func blocks(of size: Int) -> [Range<Int>] {
    stride(from: lowerBound, to: upperBound, by: size).map { $0..<Swift.min($0 + size, upperBound) }
  }
}

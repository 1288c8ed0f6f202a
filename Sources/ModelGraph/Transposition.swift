import Elements

/// The axes of a tensor in another order, whether by a layer or by a function.
public struct Transposition: Sendable, Hashable {
  /// For each axis of the result the axis of the input, the batch counted; negative from the end; nil to reverse them.
  public var axes: [Int]?

  public init(axes: [Int]?) { self.axes = axes }

  /// For each axis of the result the axis of the input; nil where the axes do not fit.
  ///
  /// - Parameter rank: of the input.
  public func order(rank: Int) -> [Int]? {
    guard let axes else { return (0..<rank).reversed() }
    let order = axes.map { normalizedAxis($0, rank: rank) ?? -1 }
    return order.sorted().elementsEqual(0..<rank) ? order : nil
  }

  func outputShape(input: PartialShape) -> PartialShape? { order(rank: input.count)?.map { input[$0] } }
}

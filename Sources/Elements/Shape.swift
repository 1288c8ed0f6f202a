/// Sizes of the axes of an array, slowest axis first.
public typealias Shape = [Int]

/// Sizes of the axes where some, such as the batch, are known only when the model runs.
public typealias PartialShape = [Int?]

/// No axis, and no attribute that is a size, may be larger: sums of products of two of them fit into an integer.
public let largestAxis = 1 << 30

extension Array where Element == Int? {
  /// The shape with axes that are impossible, or too large to compute with, unknown.
  public var bounded: PartialShape {
    map { axis in axis.flatMap { (0...largestAxis).contains($0) ? $0 : nil } }
  }
}

extension Array where Element == Int {
  /// The number of elements of an array of this shape; 1 for a scalar.
  public var elementCount: Int { reduce(1, *) }

  /// The number of elements, or nil where the product does not fit.
  public var checkedElementCount: Int? {
    var count = 1
    for size in self {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      if overflow || size < 0 { return nil }
      count = product
    }
    return count
  }
}

/// An axis as an index from the front; nil if it is outside the rank.
public func normalizedAxis(_ axis: Int, rank: Int) -> Int? {
  let index = axis < 0 ? axis + rank : axis
  return (0..<rank).contains(index) ? index : nil
}

/// A shape for a person: `(None, 7, 7, 64)`, as Keras prints it.
public func describe(_ shape: PartialShape) -> String {
  "(" + shape.map { $0.map { String($0) } ?? "None" }.joined(separator: ", ") + ")"
}

extension Array where Element == Int? {
  /// Whether a shape agrees on every axis that is known here.
  public func admits(_ shape: Shape) -> Bool {
    count == shape.count && zip(self, shape).allSatisfy { $0 == nil || $0 == $1 }
  }
}

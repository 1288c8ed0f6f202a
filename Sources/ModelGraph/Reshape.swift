import Elements

/// Another shape for the same elements in the same order, whether by a layer or by a function; axes count the batch.
///
/// Source: keras/src/layers/reshaping and keras/src/ops/numpy.py.
public enum Reshape: Sendable, Hashable {
  /// The size of each axis of the result.
  case sizes([Size])
  /// New axes of size 1, counted in the result; negative from the end.
  case expansion(axes: [Int])
  /// Without some axes of size 1; nil for all of them.
  case squeeze(axes: [Int]?)
  /// The batch, and one axis for all the rest, axis 1 being moved to the end before that: Flatten of channels first.
  case flattenWithChannelsLast

  /// The size of an axis.
  public enum Size: Sendable, Hashable {
    case number(Int)
    /// That of an axis of the input.
    case axis(Int)
    /// What is left; of one axis at most.
    case rest
  }

  /// The batch, and one axis for all the rest.
  public static let flatten = Reshape.sizes([.axis(0), .rest])

  /// The batch as it is, and other axes after it.
  ///
  /// - Parameter target: their sizes; -1 for what is left.
  public static func afterBatch(_ target: [Int]) -> Reshape { .sizes([.axis(0)] + sizes(target)) }

  /// All axes, the batch among them.
  ///
  /// - Parameter target: their sizes; -1 for what is left.
  public static func allAxes(_ target: [Int]) -> Reshape { .sizes(sizes(target)) }

  private static func sizes(_ target: [Int]) -> [Size] { target.map { $0 == -1 ? .rest : .number($0) } }
}

extension Reshape {
  /// The shape of the result; nil where it cannot be derived.
  public func outputShape(input: PartialShape) -> PartialShape? {
    switch self {
    case .sizes(let sizes): return Self.resolved(sizes, input)
    case .flattenWithChannelsLast: return Self.flatten.outputShape(input: input)
    case .expansion(let axes):
      guard let places = TensorFunction.places(axes, rank: input.count + axes.count) else { return nil }
      var result = input
      for place in places.sorted() { result.insert(1, at: place) }
      return result
    case .squeeze(let axes):
      guard let axes else { return input.contains(nil) ? nil : input.filter { $0 != 1 } }
      guard let places = TensorFunction.places(axes, rank: input.count) else { return nil }
      return input.indices.filter { !places.contains($0) }.map { input[$0] }
    }
  }

  private static func resolved(_ sizes: [Size], _ input: PartialShape) -> PartialShape? {
    var kept: Set<Int> = []
    var numbers: [Int] = []
    for size in sizes {
      switch size {
      case .number(let number): numbers.append(number)
      case .axis(let axis):
        guard input.indices.contains(axis) else { return nil }
        kept.insert(axis)
      case .rest: break
      }
    }
    guard let known = numbers.checkedElementCount else { return nil }
    let others = input.indices.filter { !kept.contains($0) }.map { input[$0] }
    let total = others.contains(nil) ? nil : others.compactMap { $0 }.checkedElementCount
    return sizes.map { size in
      switch size {
      case .number(let number): number
      case .axis(let axis): input[axis]
      case .rest: total.flatMap { known > 0 && $0 % known == 0 ? $0 / known : nil }
      }
    }
  }
}

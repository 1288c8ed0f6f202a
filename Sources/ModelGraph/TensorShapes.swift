import Elements

/// Shapes and positions that operators compute from integers.
///
/// Source: ONNX operator specification, Reshape, Slice, Split, Pad, DepthToSpace and SpaceToDepth.
public enum TensorShapes {
  /// The shape that a target shape means; nil where it does not fit.
  ///
  /// In the target, 0 is the size of the input's axis unless zeros are allowed, and -1 is what is left, once.
  public static func reshaped(_ input: Shape, to target: [Int], allowsZero: Bool) -> Shape? {
    var result = target
    for (axis, size) in target.enumerated() where size == 0 && !allowsZero {
      guard input.indices.contains(axis) else { return nil }
      result[axis] = input[axis]
    }
    let open = result.indices.filter { result[$0] == -1 }
    guard open.count <= 1, result.allSatisfy({ $0 >= -1 }), let count = input.checkedElementCount else {
      return nil
    }
    if let open = open.first {
      result[open] = 1
      guard let known = result.checkedElementCount, known > 0, count % known == 0 else { return nil }
      result[open] = count / known
    }
    return result.checkedElementCount == count && result.allSatisfy { $0 <= largestAxis } ? result : nil
  }

  /// A part of an axis.
  public struct Slice: Sendable, Hashable {
    public let first: Int
    public let count: Int
  }

  /// The part that a slice takes; ends that are outside are moved to the edge.
  ///
  /// The step is not 0; where it is negative the slice goes backwards.
  public static func slice(from start: Int, to end: Int, step: Int, size: Int) -> Slice {
    func place(_ position: Int, in range: ClosedRange<Int>) -> Int {
      // Far negative positions would overflow.
      let shifted = position < 0 ? max(position, -size - 1) + size : position
      return min(max(shifted, range.lowerBound), range.upperBound)
    }
    guard size > 0 else { return Slice(first: 0, count: 0) }
    if step > 0 {
      let (first, last) = (place(start, in: 0...size), place(end, in: 0...size))
      return first < last
        ? Slice(first: first, count: (last - first - 1) / step + 1) : Slice(first: 0, count: 0)
    }
    let (first, last) = (place(start, in: -1...size - 1), place(end, in: -1...size - 1))
    return first > last
      ? Slice(first: first, count: (first - last - 1) / -max(step, -size - 1) + 1) : Slice(first: 0, count: 0)
  }

  /// The sizes of the parts of an axis; nil where they do not fit.
  ///
  /// Without sizes the parts are equal, but for the last one, which may be smaller.
  public static func split(_ size: Int, into count: Int, sizes: [Int]?) -> [Int]? {
    if let sizes {
      guard sizes.count == count, sizes.allSatisfy({ (0...size).contains($0) }), sizes.reduce(0, +) == size
      else { return nil }
      return sizes
    }
    guard count > 0 else { return nil }
    let part = (size + count - 1) / count
    return (0..<count).map { min(part, max(0, size - $0 * part)) }
  }

  /// The shape with other sizes of some axes; nil where it would have less than nothing.
  ///
  /// The pads are what comes before each of the axes, then what comes after each; negative where elements go.
  public static func padded(_ input: Shape, _ pads: [Int], axes: [Int]) -> Shape? {
    guard pads.count == 2 * axes.count, pads.allSatisfy((-largestAxis...largestAxis).contains) else {
      return nil
    }
    var result = input
    for (number, axis) in axes.enumerated() { result[axis] += pads[number] + pads[number + axes.count] }
    return result.allSatisfy { $0 >= 0 } ? result : nil
  }

  /// Blocks of channels beside each other in space.
  public static func depthToSpace(_ input: PartialShape, _ size: Int) -> PartialShape? {
    guard input.count == 4, (1...largestAxis).contains(size),
      input[1].map({ $0 % (size * size) == 0 }) ?? true
    else { return nil }
    return [
      input[0], input[1].map { $0 / (size * size) }, input[2].map { $0 * size }, input[3].map { $0 * size },
    ]
    .bounded
  }

  /// Blocks of space as channels.
  public static func spaceToDepth(_ input: PartialShape, _ size: Int) -> PartialShape? {
    guard input.count == 4, (1...largestAxis).contains(size),
      input[2...].allSatisfy({ $0.map { $0 % size == 0 } ?? true })
    else { return nil }
    let channels = input[1].flatMap { [$0, size, size].checkedElementCount }
    return [input[0], channels, input[2].map { $0 / size }, input[3].map { $0 / size }].bounded
  }
}

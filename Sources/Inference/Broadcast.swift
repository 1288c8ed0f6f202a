import Elements

/// Two arrays whose sizes of 1 are repeated as NumPy does, element by element.
struct Broadcast: Sendable {
  /// Of the result.
  let shape: Shape
  private var sizes: [Int] = []
  private var leftStrides: [Int] = []
  private var rightStrides: [Int] = []

  /// - Returns: nil if the shapes do not fit.
  init?(_ left: Shape, _ right: Shape) {
    let rank = max(left.count, right.count)
    let (left, right) = (left.padded(to: rank), right.padded(to: rank))
    guard zip(left, right).allSatisfy({ $0 == $1 || $0 == 1 || $1 == 1 }) else { return nil }
    shape = zip(left, right).map { $0 == 1 ? $1 : $0 }
    guard shape.checkedElementCount != nil else { return nil }
    let (first, second) = (left.strides, right.strides)
    for axis in 0..<rank where shape[axis] != 1 {
      let (step, other) = (left[axis] == 1 ? 0 : first[axis], right[axis] == 1 ? 0 : second[axis])
      // Axes that both arrays repeat, or both have, are one axis, so that the innermost loop is long.
      if let outer = leftStrides.last, outer == step * shape[axis],
        rightStrides.last == other * shape[axis]
      {
        sizes[sizes.count - 1] *= shape[axis]
        (leftStrides[sizes.count - 1], rightStrides[sizes.count - 1]) = (step, other)
      } else {
        sizes.append(shape[axis])
        leftStrides.append(step)
        rightStrides.append(other)
      }
    }
    if sizes.isEmpty { (sizes, leftStrides, rightStrides) = ([1], [1], [1]) }
  }

  /// The results of a function, computed by several threads.
  @inline(__always)
  func elements<Left: Sendable, Right: Sendable, Result>(
    _ left: [Left], _ right: [Right], sharing: WorkSharing,
    _ function: @escaping @Sendable (Left, Right) -> Result
  ) -> [Result] {
    let count = shape.elementCount
    guard count > 0 else { return [] }
    let width = sizes[sizes.count - 1]
    let steps = (leftStrides[sizes.count - 1], rightStrides[sizes.count - 1])
    return [Result](unsafeUninitializedCapacity: count) { target, initialized in
      left.withUnsafeBufferPointer { left in
        right.withUnsafeBufferPointer { right in
          let to = SharedMemory(start: target.baseAddress!)
          let (first, second) = (
            SharedSource(start: left.baseAddress!), SharedSource(start: right.baseAddress!)
          )
          // A single long row is cut as well.
          let piece = sizes.count == 1 ? 1 : width
          sharing.overRows(count / piece, width: piece) { rows in
            if sizes.count == 1 {
              Self.run(
                first.start + rows.lowerBound * steps.0, second.start + rows.lowerBound * steps.1,
                to.start + rows.lowerBound, rows.count, steps, function)
              return
            }
            for row in rows {
              let places = places(ofRow: row)
              Self.run(
                first.start + places.0, second.start + places.1, to.start + row * width, width, steps,
                function)
            }
          }
        }
      }
      initialized = count
    }
  }

  @inline(__always)
  private static func run<Left, Right, Result>(
    _ left: UnsafePointer<Left>, _ right: UnsafePointer<Right>, _ target: UnsafeMutablePointer<Result>,
    _ count: Int, _ steps: (Int, Int), _ function: (Left, Right) -> Result
  ) {
    // Each case is a loop that the compiler can vectorize.
    if steps == (1, 1) {
      for index in 0..<count { (target + index).initialize(to: function(left[index], right[index])) }
    } else if steps.0 == 0 {
      let value = left.pointee
      for index in 0..<count {
        (target + index).initialize(to: function(value, right[index * steps.1]))
      }
    } else {
      let value = right.pointee
      for index in 0..<count { (target + index).initialize(to: function(left[index], value)) }
    }
  }

  private func places(ofRow row: Int) -> (Int, Int) {
    var (row, left, right) = (row, 0, 0)
    for axis in sizes.indices.dropLast().reversed() {
      let (rest, position) = row.quotientAndRemainder(dividingBy: sizes[axis])
      left += position * leftStrides[axis]
      right += position * rightStrides[axis]
      row = rest
    }
    return (left, right)
  }
}

extension Array where Element: Sendable {
  /// The results of a function of each element, computed by several threads.
  @inline(__always)
  func mapped<Result>(
    sharing: WorkSharing, _ function: @escaping @Sendable (Element) -> Result
  ) -> [Result] {
    let count = self.count
    guard count > 0 else { return [] }
    return [Result](unsafeUninitializedCapacity: count) { target, initialized in
      withUnsafeBufferPointer { source in
        let (from, to) = (SharedSource(start: source.baseAddress!), SharedMemory(start: target.baseAddress!))
        sharing.overRows(count, width: 1) { range in
          for index in range { (to.start + index).initialize(to: function(from.start[index])) }
        }
      }
      initialized = count
    }
  }
}

extension DenseArray {
  /// Combines two arrays element by element, sizes of 1 being repeated; nil if the shapes do not fit.
  @inline(__always)
  func combined(
    with other: DenseArray, sharing: WorkSharing = .none,
    _ function: @escaping @Sendable (Scalar, Scalar) -> Scalar
  ) -> DenseArray? {
    guard let broadcast = Broadcast(shape, other.shape) else { return nil }
    return DenseArray(
      shape: broadcast.shape, values: broadcast.elements(values, other.values, sharing: sharing, function))
  }

  /// The shape that both repeat to, sizes of 1 being repeated; nil if they do not fit.
  static func broadcastShape(_ left: Shape, _ right: Shape) -> Shape? { Broadcast(left, right)?.shape }
}

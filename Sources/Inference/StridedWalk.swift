import Elements

/// Walks through the elements of a shape in row-major order, and says where each one stands in memory.
struct StridedWalk {
  private let sizes: Shape
  private let strides: [Int]
  private var position: [Int]
  /// Of the element that the walk has come to.
  private(set) var place = 0

  /// - Parameters:
  ///   - sizes: the shape.
  ///   - strides: how far the place moves with each axis.
  init(over sizes: Shape, strides: [Int]) {
    self.sizes = sizes
    self.strides = strides
    position = [Int](repeating: 0, count: sizes.count)
  }

  /// A walk through an array in the order of a larger shape that it repeats to.
  ///
  /// - Parameter width: how far the place moves with the last of the axes.
  /// - Precondition: the shape fits the target, from the last axis on.
  init(over target: Shape, of shape: Shape, width: Int = 1) {
    var strides = [Int](repeating: 0, count: target.count)
    var stride = width
    for (axis, size) in zip(target.indices, shape.padded(to: target.count)).reversed() {
      strides[axis] = size == 1 ? 0 : stride
      stride *= size
    }
    self.init(over: target, strides: strides)
  }

  @inline(__always)
  mutating func advance() {
    var axis = sizes.count - 1
    while axis >= 0 {
      position[axis] += 1
      place += strides[axis]
      if position[axis] < sizes[axis] { return }
      place -= strides[axis] * sizes[axis]
      position[axis] = 0
      axis -= 1
    }
  }
}

extension Shape {
  /// With sizes of 1 in front.
  func padded(to rank: Int) -> Shape { [Int](repeating: 1, count: rank - count) + self }
}

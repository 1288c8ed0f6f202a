import Tensor

/// The elements of a bias that may have several axes, by output channel.
///
/// The bias of an einsum layer may run over other axes than that of the channels, and not over it.
struct BiasColumns {
  private let elements: [Double]
  private let shape: Shape
  private let target: Shape
  private let axis: Int

  /// - Parameters:
  ///   - elements: of the bias.
  ///   - shape: of the bias.
  ///   - target: the shape that it is repeated to, where another bias has more axes.
  ///   - distance: the axis of the channels, counted from the back.
  init(_ elements: [Double], shape: Shape, spreadOver target: Shape, axis distance: Int) {
    self.elements = elements
    self.shape = [Int](repeating: 1, count: max(0, target.count - shape.count)) + shape
    self.target = zip(
      self.shape, [Int](repeating: 1, count: self.shape.count - min(self.shape.count, target.count)) + target
    )
    .map { max($0, $1) }
    axis = self.target.count - distance
  }

  /// For each channel its elements; a bias without an axis for the channels has the same for all.
  func columns(count: Int) -> [[Double]] {
    var columns = [[Double]](repeating: [], count: count)
    for index in 0..<target.elementCount {
      let position = target.position(ofElement: index)
      var source = 0
      for (place, size) in zip(position, shape) { source = source * size + (size == 1 ? 0 : place) }
      if target.indices.contains(axis), target[axis] == count {
        columns[position[axis]].append(elements[source])
      } else {
        for channel in columns.indices { columns[channel].append(elements[source]) }
      }
    }
    return columns
  }
}

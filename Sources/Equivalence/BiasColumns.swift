import Elements

/// The elements of a bias that may have several axes, by output channel.
///
/// The bias of an einsum layer may run over other axes than those of the channels, and not over them.
struct BiasColumns {
  private let elements: [Double]
  private let shape: Shape
  private let target: Shape
  private let axes: [Int]

  /// - Parameters:
  ///   - elements: of the bias.
  ///   - shape: of the bias.
  ///   - target: the shape that it is repeated to, where another bias has more axes.
  ///   - distances: the axes of the channels, counted from the back.
  ///   - sizes: how many channels there are along each of them.
  init(_ elements: [Double], shape: Shape, spreadOver target: Shape, axes distances: [Int], sizes: [Int]) {
    let rank = max(shape.count, target.count, distances.max() ?? 0)
    func padded(_ shape: Shape) -> Shape { [Int](repeating: 1, count: rank - shape.count) + shape }
    self.elements = elements
    self.shape = padded(shape)
    axes = distances.map { rank - $0 }
    var spread = zip(padded(shape), padded(target)).map { max($0, $1) }
    for (axis, size) in zip(axes, sizes) { spread[axis] = max(spread[axis], size) }
    self.target = spread
  }

  /// For each channel its elements; a bias without an axis for the channels has the same for all.
  func columns() -> [[Double]] {
    var columns = [[Double]](repeating: [], count: axes.reduce(1) { $0 * target[$1] })
    for index in 0..<target.elementCount {
      let position = target.position(ofElement: index)
      var source = 0
      for (place, size) in zip(position, shape) { source = source * size + (size == 1 ? 0 : place) }
      let channel = axes.reduce(0) { $0 * target[$1] + position[$1] }
      columns[channel].append(elements[source])
    }
    return columns
  }
}

import Elements

extension DenseArray {
  /// Changes the elements along some axes together, which are made the last ones for it; nil for axes that do not exist.
  ///
  /// - Parameters:
  ///   - axes: counted from the front, or negative from the end; each once.
  ///   - change: gets one run of elements at a time, in row-major order of the axes as they stand in the array.
  func overAxes(_ axes: [Int], _ change: (UnsafeMutableBufferPointer<Scalar>) -> Void) -> DenseArray? {
    guard let order = axesLast(axes) else { return nil }
    var result = transposed(order.axes)
    let width = result.shape[(rank - order.count)...].reduce(1, *)
    guard width > 0 else { return self }
    result.values.withUnsafeMutableBufferPointer { values in
      for start in stride(from: 0, to: values.count, by: width) {
        change(UnsafeMutableBufferPointer(rebasing: values[start..<start + width]))
      }
    }
    var inverse = order.axes
    for (place, axis) in order.axes.enumerated() { inverse[axis] = place }
    return result.transposed(inverse)
  }

  /// One number for all elements along some axes; nil for axes that do not exist.
  ///
  /// - Parameter reduce: gets the elements in row-major order of the axes.
  func reduced(
    _ axes: [Int]?, keepsAxes: Bool, _ reduce: (UnsafeBufferPointer<Scalar>) -> Scalar
  ) -> DenseArray? {
    guard let order = axesLast(axes ?? Array(0..<rank)) else { return nil }
    let moved = transposed(order.axes)
    let kept = moved.shape[..<(rank - order.count)]
    let width = moved.shape[kept.count...].reduce(1, *)
    let results = moved.values.withUnsafeBufferPointer { values in
      (0..<kept.reduce(1, *)).map {
        reduce(UnsafeBufferPointer(rebasing: values[$0 * width..<($0 + 1) * width]))
      }
    }
    let gone = Set(order.axes.suffix(order.count))
    let newShape = keepsAxes ? shape.indices.map { gone.contains($0) ? 1 : shape[$0] } : Array(kept)
    return DenseArray(shape: newShape, values: results)
  }

  /// All axes with some of them at the end, each part in ascending order.
  private func axesLast(_ axes: [Int]) -> (axes: [Int], count: Int)? {
    let places = Set(axes.compactMap { normalizedAxis($0, rank: rank) })
    guard places.count == axes.count else { return nil }
    return (shape.indices.filter { !places.contains($0) } + places.sorted(), places.count)
  }
}

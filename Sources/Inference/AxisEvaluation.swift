import Elements

extension DenseArray {
  /// Changes the elements along some axes together, which are made the last ones for it; nil for axes that do not exist.
  ///
  /// - Parameters:
  ///   - axes: counted from the front, or negative from the end; each once.
  ///   - change: gets one run of elements at a time, in row-major order of the axes as they stand in the array.
  func overAxes(_ axes: [Int], _ change: (UnsafeMutableBufferPointer<Scalar>) -> Void) -> DenseArray? {
    guard let order = shape.axesLast(axes) else { return nil }
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
}

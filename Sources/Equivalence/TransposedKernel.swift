import Elements
import ModelGraph

/// Kernels of two dense layers of which one has its axes in the other order.
extension LayerPair {
  /// Elements up to which a kernel is reordered, which needs all of it.
  private static let largestCount = 1 << 25

  var haveTransposedKernels: Bool {
    guard case .dense(let dense) = old.operation, case .dense(let other) = new.operation else { return false }
    return dense.kernelLayout != other.kernelLayout
  }

  /// The kernel of the folded layer as that of the original has its axes.
  ///
  /// - Throws: `Mismatch` for a kernel that cannot be reordered, or what the store throws.
  func transposed(_ kernel: Variable) throws -> Variable {
    guard kernel.shape.count == 2, kernel.shape.elementCount <= Self.largestCount,
      kernel.elementType.isFloatingPoint
    else { throw Mismatch.unknown("its kernel is not reordered", of: new.layerNumber) }
    let elements: [Double] = try kernel.elements(from: newStore)
    let (rows, columns) = (kernel.shape[0], kernel.shape[1])
    var values = [Double](repeating: 0, count: elements.count)
    for row in 0..<rows {
      for column in 0..<columns { values[column * rows + row] = elements[row * columns + column] }
    }
    var result = kernel
    (result.shape, result.value) = ([columns, rows], .computed(values))
    return result
  }
}

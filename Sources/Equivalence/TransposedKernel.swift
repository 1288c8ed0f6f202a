import Elements
import Inference
import ModelGraph

/// Kernels of two layers of which one has its axes in another order.
extension LayerPair {
  /// Elements up to which a kernel is reordered, which needs all of it.
  private static let largestCount = 1 << 25

  /// For each axis of the original's kernel that of the folded layer's; nil where they have the same order.
  var kernelOrder: [Int]? {
    guard let layout = old.operation.kernelLayout, let other = new.operation.kernelLayout, layout != other,
      let rank = old.kernel?.shape.count
    else { return nil }
    return layout.order(from: other, rank: rank)
  }

  /// The kernel of the folded layer as that of the original has its axes.
  ///
  /// - Parameter order: for each axis of the result that of the kernel.
  /// - Throws: `Mismatch` for a kernel that cannot be reordered, or what the store throws.
  func transposed(_ kernel: Variable, _ order: [Int]) throws -> Variable {
    guard kernel.shape.count == order.count, kernel.shape.elementCount <= Self.largestCount,
      kernel.elementType.isFloatingPoint
    else { throw Mismatch.unknown("its kernel is not reordered", of: new.layerNumber) }
    let elements = DenseArray<Double>(shape: kernel.shape, values: try kernel.elements(from: newStore))
    let moved = elements.inOrder(ofAxes: order)
    var result = kernel
    (result.shape, result.value) = (moved.shape, .computed(moved.values))
    return result
  }
}

extension Operation {
  /// How the axes of its kernel are ordered; nil where there is no kernel.
  fileprivate var kernelLayout: KernelLayout? { linearMap?.first.layout }
}

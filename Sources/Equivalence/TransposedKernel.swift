import Elements
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
    let elements: [Double] = try kernel.elements(from: newStore)
    var strides = kernel.shape.map { _ in 1 }
    for axis in strides.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * kernel.shape[axis + 1]
    }
    var result = kernel
    result.shape = order.map { kernel.shape[$0] }
    let moved = order.map { strides[$0] }
    var values: [Double] = []
    values.reserveCapacity(elements.count)
    var place = [Int](repeating: 0, count: order.count)
    var source = 0
    for _ in elements.indices {
      values.append(elements[source])
      for axis in place.indices.reversed() {
        place[axis] += 1
        source += moved[axis]
        guard place[axis] == result.shape[axis] else { break }
        source -= moved[axis] * place[axis]
        place[axis] = 0
      }
    }
    result.value = .computed(values)
    return result
  }
}

extension Operation {
  /// How the axes of its kernel are ordered; nil where there is no kernel.
  fileprivate var kernelLayout: KernelLayout? { linearMap?.first.layout }
}

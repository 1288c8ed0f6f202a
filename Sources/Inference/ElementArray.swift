import Elements
import ModelGraph

/// An array with a shape, row-major, whose elements can be moved whatever they are.
protocol ElementArray: Sendable {
  associatedtype Element: Sendable
  var shape: Shape { get }
  var values: [Element] { get }

  /// The same kind of array with other elements.
  ///
  /// - Precondition: there are as many values as the shape has elements.
  func replacing(shape: Shape, values: [Element]) -> Self
}

extension DenseArray: ElementArray {
  func replacing(shape: Shape, values: [Scalar]) -> DenseArray { DenseArray(shape: shape, values: values) }
}

extension DenseArray {
  /// The axes in another order: axis `i` of the result is axis `order[i]` of this array.
  package func inOrder(ofAxes order: [Int]) -> DenseArray { transposed(order) }
}

extension IntegerArray: ElementArray {
  func replacing(shape: Shape, values: [Int64]) -> IntegerArray {
    IntegerArray(shape: shape, values: values, type: type)
  }
}

extension ElementArray {
  var rank: Int { shape.count }

  /// The same values under another shape.
  ///
  /// - Precondition: the shape has as many elements.
  func reshaped(_ shape: Shape) -> Self { replacing(shape: shape, values: values) }

  /// The axes in another order: axis `i` of the result is axis `axes[i]` of this array.
  func transposed(_ axes: [Int], sharing: WorkSharing = .none) -> Self {
    if axes.elementsEqual(shape.indices) { return self }
    let strides = shape.strides
    return strided(
      StridedCopy(shape: axes.map { shape[$0] }, strides: axes.map { strides[$0] }), sharing: sharing)
  }

  /// Some of the elements in the order of another shape.
  func strided(_ copy: StridedCopy, sharing: WorkSharing = .none) -> Self {
    replacing(shape: copy.shape, values: copy.elements(of: values, sharing: sharing))
  }

  /// The array with some positions of an axis only; nil for an element that is not there and is `filler`.
  func taking(_ positions: [Int?], of axis: Int, filler: Element) -> Self {
    let inner = shape[(axis + 1)...].reduce(1, *)
    var newShape = shape
    newShape[axis] = positions.count
    let outer = shape[..<axis].reduce(1, *)
    let count = newShape.elementCount
    let size = shape[axis]
    let result = [Element](unsafeUninitializedCapacity: count) { target, initialized in
      values.withUnsafeBufferPointer { values in
        for block in 0..<outer {
          for position in positions {
            let place = target[initialized...]
            if let position {
              let start = (block * size + position) * inner
              _ = UnsafeMutableBufferPointer(rebasing: place).initialize(
                from: values[start..<start + inner])
            } else {
              UnsafeMutableBufferPointer(rebasing: place[..<(initialized + inner)])
                .initialize(repeating: filler)
            }
            initialized += inner
          }
        }
      }
    }
    return replacing(shape: newShape, values: result)
  }

  /// Runs of elements one after the other.
  ///
  /// - Parameters:
  ///   - starts: where each run begins.
  ///   - length: elements of a run.
  /// - Precondition: the runs are inside the array and have as many elements as the shape.
  func taking(runsFrom starts: [Int], length: Int, shape: Shape) -> Self {
    let result = [Element](unsafeUninitializedCapacity: starts.count * length) { target, initialized in
      values.withUnsafeBufferPointer { values in
        for start in starts {
          for offset in 0..<length {
            target.initializeElement(at: initialized + offset, to: values[start + offset])
          }
          initialized += length
        }
      }
    }
    return replacing(shape: shape, values: result)
  }

  /// Joins arrays along an axis; nil if the shapes do not fit.
  static func concatenated(_ parts: [Self], axis: Int) -> Self? {
    guard let first = parts.first, let axis = normalizedAxis(axis, rank: first.rank),
      parts.allSatisfy({ part in
        part.rank == first.rank
          && first.shape.indices.allSatisfy { $0 == axis || part.shape[$0] == first.shape[$0] }
      })
    else { return nil }
    var shape = first.shape
    shape[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
    var values: [Element] = []
    values.reserveCapacity(shape.elementCount)
    for outer in 0..<shape[..<axis].reduce(1, *) {
      for part in parts {
        let run = part.shape[axis...].reduce(1, *)
        values += part.values[outer * run..<(outer + 1) * run]
      }
    }
    return first.replacing(shape: shape, values: values)
  }
}

extension Shape {
  /// How far the elements next to each other along each axis are apart in memory.
  var strides: [Int] {
    var strides = [Int](repeating: 1, count: count)
    for axis in indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * self[axis + 1] }
    return strides
  }
}

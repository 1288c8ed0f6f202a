import Elements
import ModelGraph

/// Moves of elements, which are the same for numbers and integers.
extension TensorValue {
  /// The same values under another shape.
  ///
  /// - Precondition: the shape has as many elements.
  func reshaped(_ shape: Shape) -> TensorValue {
    switch self {
    case .numbers(let array): .numbers(array.reshaped(shape))
    case .integers(let array): .integers(array.reshaped(shape))
    }
  }

  func transposed(_ axes: [Int], sharing: WorkSharing) -> TensorValue {
    switch self {
    case .numbers(let array): .numbers(array.transposed(axes, sharing: sharing))
    case .integers(let array): .integers(array.transposed(axes, sharing: sharing))
    }
  }

  func strided(_ copy: StridedCopy, sharing: WorkSharing) -> TensorValue {
    switch self {
    case .numbers(let array): .numbers(array.strided(copy, sharing: sharing))
    case .integers(let array): .integers(array.strided(copy, sharing: sharing))
    }
  }

  /// Repeats sizes of 1 to a larger shape.
  ///
  /// - Precondition: it fits, from the last axis on.
  func expanded(to shape: Shape, sharing: WorkSharing) -> TensorValue {
    shape == self.shape
      ? self : strided(StridedCopy(expanding: self.shape, to: shape), sharing: sharing)
  }

  /// Some positions of an axis; nil for an element that is not there and is the filler, or 0.
  func taking(_ positions: [Int?], of axis: Int, filler: TensorValue? = nil) -> TensorValue {
    switch self {
    case .numbers(let array):
      .numbers(array.taking(positions, of: axis, filler: filler?.numbers.values.first ?? 0))
    case .integers(let array):
      .integers(array.taking(positions, of: axis, filler: filler?.integers?.values.first ?? 0))
    }
  }

  func taking(runsFrom starts: [Int], length: Int, shape: Shape) -> TensorValue {
    switch self {
    case .numbers(let array): .numbers(array.taking(runsFrom: starts, length: length, shape: shape))
    case .integers(let array): .integers(array.taking(runsFrom: starts, length: length, shape: shape))
    }
  }

  /// Joins values along an axis, as numbers where one of them is; nil if the shapes do not fit.
  static func concatenated(_ parts: [TensorValue], axis: Int) -> TensorValue? {
    let exact = parts.compactMap(\.exact)
    return exact.count == parts.count
      ? IntegerArray.concatenated(exact, axis: axis).map { .integers($0) }
      : DenseArray.concatenated(parts.map(\.numbers), axis: axis).map { .numbers($0) }
  }
}

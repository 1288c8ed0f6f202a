import ModelGraph
import Tensor

extension DenseArray {
  /// (x - mean) * scale + beta along an axis.
  func normalized(mean: [Scalar], scale: [Scalar], beta: [Scalar], axis: Int) -> DenseArray {
    let inner = shape[(axis + 1)...].reduce(1, *)
    var result = values
    result.withUnsafeMutableBufferPointer { result in
      mean.withUnsafeBufferPointer { mean in
        scale.withUnsafeBufferPointer { scale in
          beta.withUnsafeBufferPointer { beta in
            for start in stride(from: 0, to: result.count, by: mean.count * inner) {
              if inner == 1 {
                for channel in 0..<mean.count {
                  result[start + channel] =
                    (result[start + channel] - mean[channel]) * scale[channel] + beta[channel]
                }
                continue
              }
              for channel in 0..<mean.count {
                for place in start + channel * inner..<start + (channel + 1) * inner {
                  result[place] = (result[place] - mean[channel]) * scale[channel] + beta[channel]
                }
              }
            }
          }
        }
      }
    }
    return DenseArray(shape: shape, values: result)
  }

  /// Adds a vector along the last axis.
  mutating func addToLastAxis(_ bias: [Scalar]) {
    let width = bias.count
    values.withUnsafeMutableBufferPointer { values in
      bias.withUnsafeBufferPointer { bias in
        for start in stride(from: 0, to: values.count, by: width) {
          for channel in 0..<width { values[start + channel] += bias[channel] }
        }
      }
    }
  }

  /// Combines two arrays element by element, sizes of 1 being repeated; nil if the shapes do not fit.
  func combined(with other: DenseArray, _ operation: (Scalar, Scalar) -> Scalar) -> DenseArray? {
    if shape == other.shape {
      let sum = [Scalar](unsafeUninitializedCapacity: values.count) { target, initialized in
        for index in 0..<values.count {
          target.initializeElement(at: index, to: operation(values[index], other.values[index]))
        }
        initialized = values.count
      }
      return DenseArray(shape: shape, values: sum)
    }
    let rank = max(rank, other.rank)
    let left = [Int](repeating: 1, count: rank - self.rank) + shape
    let right = [Int](repeating: 1, count: rank - other.rank) + other.shape
    guard zip(left, right).allSatisfy({ $0 == $1 || $0 == 1 || $1 == 1 }) else { return nil }
    let target = zip(left, right).map { max($0, $1) }
    var result = [Scalar]()
    result.reserveCapacity(target.elementCount)
    for index in 0..<target.elementCount {
      result.append(
        operation(
          values[Self.place(of: index, in: target, within: left)],
          other.values[Self.place(of: index, in: target, within: right)]))
    }
    return DenseArray(shape: target, values: result)
  }

  private static func place(of index: Int, in target: Shape, within shape: Shape) -> Int {
    var rest = index
    var place = 0
    var stride = 1
    for axis in target.indices.reversed() {
      if shape[axis] != 1 { place += rest % target[axis] * stride }
      rest /= target[axis]
      stride *= shape[axis]
    }
    return place
  }

  /// Normalizes each sample over some axes, which have to be the last ones.
  ///
  /// Source: keras/src/layers/normalization/layer_normalization.py.
  func layerNormalized(axes: [Int], epsilon: Double, gamma: [Scalar], beta: [Scalar]) -> DenseArray? {
    let places = axes.compactMap { normalizedAxis($0, rank: rank) }.sorted()
    guard places.count == axes.count, let first = places.first, first > 0,
      places.elementsEqual(first..<rank)
    else { return nil }
    let width = shape[first...].reduce(1, *)
    guard gamma.count == width, beta.count == width else { return nil }
    var result = values
    for start in stride(from: 0, to: values.count, by: width) {
      let mean = values[start..<start + width].reduce(0, +) / Scalar(width)
      let variance =
        values[start..<start + width].reduce(Scalar(0)) { $0 + ($1 - mean) * ($1 - mean) } / Scalar(width)
      let scale = 1 / Scalar.sqrt(variance + Scalar(epsilon))
      for index in 0..<width {
        result[start + index] = (values[start + index] - mean) * scale * gamma[index] + beta[index]
      }
    }
    return DenseArray(shape: shape, values: result)
  }

  /// Joins arrays along an axis; nil if the shapes do not fit.
  static func concatenated(_ parts: [DenseArray], axis: Int) -> DenseArray? {
    guard let rank = parts.first?.rank, let axis = normalizedAxis(axis, rank: rank),
      parts.allSatisfy({ part in
        part.rank == rank && (0..<rank).allSatisfy { $0 == axis || part.shape[$0] == parts[0].shape[$0] }
      })
    else { return nil }
    var shape = parts[0].shape
    shape[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
    var values = [Scalar]()
    values.reserveCapacity(shape.elementCount)
    for outer in 0..<shape[..<axis].reduce(1, *) {
      for part in parts {
        let run = part.shape[axis...].reduce(1, *)
        values += part.values[outer * run..<(outer + 1) * run]
      }
    }
    return DenseArray(shape: shape, values: values)
  }
}

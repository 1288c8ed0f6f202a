import Elements
import ModelGraph

extension DenseArray {
  /// The product of matrices in the last two axes, the axes before them repeated; nil if the shapes do not fit.
  func matrixProduct(_ other: DenseArray, sharing: WorkSharing = .none) -> DenseArray? {
    guard rank >= 2, other.rank >= 2, shape[rank - 1] == other.shape[other.rank - 2],
      let outer = Self.broadcastShape(shape.dropLast(2), other.shape.dropLast(2))
    else { return nil }
    let (m, k, n) = (shape[rank - 2], shape[rank - 1], other.shape[other.rank - 1])
    if rank > 2, other.rank == 2 {
      // All matrices on the left are one with more rows.
      return reshaped([shape.dropLast().reduce(1, *), k]).matrixProduct(other, sharing: sharing)?
        .reshaped(outer + [m, n])
    }
    var left = StridedWalk(over: outer, of: shape.dropLast(2))
    var right = StridedWalk(over: outer, of: other.shape.dropLast(2))
    return DenseArray(shape: outer + [m, n]) { result in
      values.withUnsafeBufferPointer { a in
        other.values.withUnsafeBufferPointer { b in
          guard let a = a.baseAddress, let b = b.baseAddress else {
            return result.update(repeating: 0, count: outer.elementCount * m * n)
          }
          for index in 0..<outer.elementCount {
            MatrixProduct(rows: m, leftStride: k, depth: k, columns: n).store(
              a + left.place * m * k, times: b + right.place * k * n, in: result + index * m * n,
              sharing: sharing)
            left.advance()
            right.advance()
          }
        }
      }
    }
  }

  /// The layer Dot: for each sample, products summed over one axis of each; nil if the shapes do not fit.
  ///
  /// Source: keras/src/layers/merging/dot.py `batch_dot`.
  func dot(_ other: DenseArray, axes: [Int], smallestNorm: Scalar?) -> DenseArray? {
    guard axes.count == 2, let left = normalizedAxis(axes[0], rank: rank), left > 0,
      let right = normalizedAxis(axes[1], rank: other.rank), right > 0, shape[0] == other.shape[0],
      shape[left] == other.shape[right]
    else { return nil }
    if let smallestNorm {
      let first = dividedByNorm(over: [left], smallestNorm: smallestNorm)
      let second = other.dividedByNorm(over: [right], smallestNorm: smallestNorm)
      return second.flatMap { first?.dot($0, axes: axes, smallestNorm: nil) }
    }
    let rows = shape.indices.filter { $0 > 0 && $0 != left }
    let columns = other.shape.indices.filter { $0 > 0 && $0 != right }
    let size = shape[left]
    let a = transposed([0] + rows + [left])
      .reshaped([shape[0], rows.reduce(1) { $0 * shape[$1] }, size])
    let b = other.transposed([0, right] + columns)
      .reshaped([shape[0], size, columns.reduce(1) { $0 * other.shape[$1] }])
    let rest = rows.map { shape[$0] } + columns.map { other.shape[$0] }
    return a.matrixProduct(b)?.reshaped([shape[0]] + (rest.isEmpty ? [1] : rest))
  }
}

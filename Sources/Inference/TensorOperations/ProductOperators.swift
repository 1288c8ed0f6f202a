import Elements
import ModelGraph

/// Products of matrices.
///
/// Source: ONNX operator specification, MatMul, Gemm and Einsum.
extension TensorEvaluator {
  func product(_ kind: TensorOperator) throws -> Value {
    switch kind {
    case .matrixProduct: return try host.matrixProduct(operand(0), operand(1))
    case .generalProduct(let alpha, let beta, let transposesA, let transposesB):
      return try generalProduct(Scalar(alpha), Scalar(beta), transposesA, transposesB)
    case .einsum(let equation): return try einsum(equation)
    default: preconditionFailure("not a product")
    }
  }

  private func generalProduct(
    _ alpha: Scalar, _ beta: Scalar, _ transposesA: Bool, _ transposesB: Bool
  ) throws -> Value {
    let factors = [try operand(0), try operand(1)]
    guard factors.allSatisfy({ $0.rank == 2 }) else { throw host.misfit(factors) }
    let sharing = host.sharing
    let left = transposesA ? factors[0].transposed([1, 0], sharing: sharing) : factors[0]
    let right = transposesB ? factors[1].transposed([1, 0], sharing: sharing) : factors[1]
    let product = try host.matrixProduct(left, right)
    var result = product.numbers
    if alpha != 1 { result.values = result.values.mapped(sharing: sharing) { $0 * alpha } }
    if let addend = optional(2)?.numbers {
      guard let sum = result.combined(with: addend, sharing: sharing, { $0 + $1 * beta }),
        sum.shape == product.shape
      else { throw shape("its third operand has the shape \(describe(addend.shape))") }
      result = sum
    }
    guard let type = product.exact?.type else { return .numbers(result) }
    return .integers(result.truncated(to: type, sharing: sharing))
  }
}

extension LayerEvaluator {
  /// The product of matrices in the last two axes; an operand with one axis is a row on the left and a column on the right.
  ///
  /// Source: NumPy, `numpy.matmul`.
  func matrixProduct(_ left: Value, _ right: Value) throws -> Value {
    guard left.rank > 0, right.rank > 0 else { throw misfit([left, right]) }
    let first = left.rank == 1 ? left.reshaped([1, left.shape[0]]) : left
    let second = right.rank == 1 ? right.reshaped([right.shape[0], 1]) : right
    guard let outer = Broadcast(first.shape.dropLast(2), second.shape.dropLast(2))?.shape,
      first.shape[first.rank - 1] == second.shape[second.rank - 2]
    else { throw misfit([left, right]) }
    let (rows, columns) = (first.shape[first.rank - 2], second.shape[second.rank - 1])
    try checkSize(outer + [rows, columns])
    let shape = outer + (left.rank == 1 ? [] : [rows]) + (right.rank == 1 ? [] : [columns])
    let result: Value?
    if case (.integers(let a), .integers(let b)) = (first, second) {
      result = a.matrixProduct(b, outer: outer).map { .integers($0) }
    } else {
      result = first.numbers.matrixProduct(second.numbers, sharing: sharing).map { .numbers($0) }
    }
    guard let result else { throw misfit([left, right]) }
    return result.reshaped(shape)
  }
}

extension IntegerArray {
  /// The product of matrices in the last two axes, wrapping around; nil for more products than a moment's work.
  fileprivate func matrixProduct(_ other: IntegerArray, outer: Shape) -> IntegerArray? {
    let (rows, depth, columns) = (shape[rank - 2], shape[rank - 1], other.shape[other.rank - 1])
    let result = outer + [rows, columns]
    guard let terms = (result + [depth]).checkedElementCount, terms <= 1 << 32 else { return nil }
    var left = StridedWalk(over: outer, of: shape.dropLast(2))
    var right = StridedWalk(over: outer, of: other.shape.dropLast(2))
    var sums = [Int64](repeating: 0, count: result.elementCount)
    for index in 0..<outer.elementCount {
      for row in 0..<rows {
        for column in 0..<columns {
          var sum: Int64 = 0
          for term in 0..<depth {
            sum =
              sum
              &+ values[(left.place * rows + row) * depth + term]
              &* other.values[(right.place * depth + term) * columns + column]
          }
          sums[(index * rows + row) * columns + column] = type.wrapped(sum)
        }
      }
      left.advance()
      right.advance()
    }
    return replacing(shape: result, values: sums)
  }
}

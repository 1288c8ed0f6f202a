import Elements
import ModelGraph

/// EinsumDense: as one matrix product where the equation is one, otherwise term by term.
extension LayerEvaluator {
  func evaluate(_ einsum: EinsumDense, _ input: Values) throws -> Values {
    let elided = input.rank - einsum.inputLabels.count
    guard elided >= 0, einsum.ellipsis != .none || elided == 0 else {
      throw shape("its input has \(input.rank) axes")
    }
    // Axes of the ellipsis get labels of their own, which no equation has.
    let ellipsis = (0..<elided).map { UInt8($0 + 1) }
    func full(_ labels: [UInt8]) -> [UInt8] {
      einsum.ellipsis == .trailing ? labels + ellipsis : ellipsis + labels
    }
    let kernel = Values(shape: try weightShape(.kernel), values: try weight(.kernel))
    guard
      let equation = EinsumEquation(
        input: full(einsum.inputLabels), kernel: einsum.kernelLabels, output: full(einsum.outputLabels),
        inputShape: input.shape, kernelShape: kernel.shape)
    else { throw shape("its kernel does not fit") }
    guard let result = equation.matrixProduct(input, kernel) ?? equation.sumOfTerms(input, kernel) else {
      throw EvaluationError(.notRun("its equation takes too many products"), layer: layer.name)
    }
    guard einsum.biasLabels != nil else { return result }
    let bias = Values(shape: try weightShape(.bias), values: try weight(.bias))
    guard let sum = result.combined(with: bias, { $0 + $1 }), sum.shape == result.shape else {
      throw shape("its bias has the shape \(bias.shape)")
    }
    return sum
  }
}

/// A product of two arrays by labels of their axes, each label at most once in an array.
private struct EinsumEquation {
  let input: [UInt8]
  let kernel: [UInt8]
  let output: [UInt8]
  private var sizes: [UInt8: Int] = [:]
  /// Products that are made term by term: a second's work.
  private static let termLimit = 1 << 28

  /// - Returns: nil if a label has two sizes.
  init?(input: [UInt8], kernel: [UInt8], output: [UInt8], inputShape: Shape, kernelShape: Shape) {
    (self.input, self.kernel, self.output) = (input, kernel, output)
    for (label, size) in zip(input + kernel, inputShape + kernelShape) {
      guard sizes.updateValue(size, forKey: label) ?? size == size else { return nil }
    }
  }

  private func count(_ labels: [UInt8]) -> Int { labels.reduce(1) { $0 * (sizes[$1] ?? 1) } }

  /// (free input axes, contracted) times (contracted, free kernel axes); nil if the equation is another.
  func matrixProduct<Scalar: InferenceScalar>(
    _ left: DenseArray<Scalar>, _ right: DenseArray<Scalar>
  ) -> DenseArray<Scalar>? {
    let contracted = kernel.filter(input.contains)
    guard contracted.allSatisfy({ !output.contains($0) }),
      (input + kernel).allSatisfy({ output.contains($0) || contracted.contains($0) })
    else { return nil }
    let freeInput = input.filter { !contracted.contains($0) }
    let freeKernel = kernel.filter { !contracted.contains($0) }
    let left = left.transposed((freeInput + contracted).map { input.firstIndex(of: $0)! })
    let right = right.transposed((contracted + freeKernel).map { kernel.firstIndex(of: $0)! })
    let (rows, depth, columns) = (count(freeInput), count(contracted), count(freeKernel))
    let product = DenseArray<Scalar>(shape: (freeInput + freeKernel).map { sizes[$0] ?? 1 }) { result in
      MatrixProduct(rows: rows, leftStride: depth, depth: depth, columns: columns)
        .store(left.values, times: right.values, in: result)
    }
    return product.transposed(output.map { (freeInput + freeKernel).firstIndex(of: $0)! })
  }

  /// Every product of an input and a kernel element, added to its place; nil if there are too many.
  func sumOfTerms<Scalar: InferenceScalar>(
    _ left: DenseArray<Scalar>, _ right: DenseArray<Scalar>
  ) -> DenseArray<Scalar>? {
    let labels = output + (input + kernel.filter { !input.contains($0) }).filter { !output.contains($0) }
    let extents = labels.map { sizes[$0] ?? 1 }
    guard let terms = extents.checkedElementCount, terms <= Self.termLimit else { return nil }
    var result = DenseArray<Scalar>(repeating: 0, shape: output.map { sizes[$0] ?? 1 })
    let (first, second) = (strides(of: input, along: labels), strides(of: kernel, along: labels))
    let target = strides(of: output, along: labels)
    var position = [Int](repeating: 0, count: labels.count)
    var (leftPlace, rightPlace, place) = (0, 0, 0)
    for _ in 0..<terms {
      result.values[place] += left.values[leftPlace] * right.values[rightPlace]
      // Counts up like an odometer: the last label first.
      for axis in labels.indices.reversed() {
        position[axis] += 1
        (leftPlace, rightPlace, place) = (
          leftPlace + first[axis], rightPlace + second[axis], place + target[axis]
        )
        if position[axis] < extents[axis] { break }
        leftPlace -= first[axis] * extents[axis]
        rightPlace -= second[axis] * extents[axis]
        place -= target[axis] * extents[axis]
        position[axis] = 0
      }
    }
    return result
  }

  /// How far one step along each label is in an array; 0 where the array does not have it.
  private func strides(of array: [UInt8], along labels: [UInt8]) -> [Int] {
    labels.map { label in
      guard let axis = array.firstIndex(of: label) else { return 0 }
      return count(Array(array[(axis + 1)...]))
    }
  }
}

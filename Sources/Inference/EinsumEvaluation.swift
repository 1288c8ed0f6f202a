import ModelGraph
import Tensor

/// EinsumDense as one matrix product: (free input axes, contracted) times (contracted, free kernel axes).
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
    let inputLabels = full(einsum.inputLabels)
    let outputLabels = full(einsum.outputLabels)
    let kernelLabels = einsum.kernelLabels
    let contracted = kernelLabels.filter { inputLabels.contains($0) }
    guard contracted.allSatisfy({ !outputLabels.contains($0) }),
      inputLabels.allSatisfy({ outputLabels.contains($0) || contracted.contains($0) }),
      kernelLabels.allSatisfy({ outputLabels.contains($0) || contracted.contains($0) })
    else { throw EvaluationError(.notRun("its equation is more than a matrix product"), layer: layer.name) }
    let kernel = Values(shape: try weightShape(.kernel), values: try weight(.kernel))
    var sizes: [UInt8: Int] = [:]
    for (label, size) in zip(inputLabels + kernelLabels, input.shape + kernel.shape) {
      guard sizes.updateValue(size, forKey: label) ?? size == size else {
        throw shape("its kernel does not fit")
      }
    }
    let freeInput = inputLabels.filter { !contracted.contains($0) }
    let freeKernel = kernelLabels.filter { !contracted.contains($0) }
    let left = input.transposed((freeInput + contracted).map { inputLabels.firstIndex(of: $0)! })
    let right = kernel.transposed((contracted + freeKernel).map { kernelLabels.firstIndex(of: $0)! })
    func count(_ labels: [UInt8]) -> Int { labels.reduce(1) { $0 * (sizes[$1] ?? 1) } }
    let (rows, depth, columns) = (count(freeInput), count(contracted), count(freeKernel))
    var product = Values(repeating: 0, shape: (freeInput + freeKernel).map { sizes[$0] ?? 1 })
    product.values.withUnsafeMutableBufferPointer { product in
      guard let target = product.baseAddress, product.count > 0 else { return }
      Scalar.multiply(
        transposesB: false, m: rows, n: columns, k: depth, a: left.values, lda: depth, b: right.values,
        ldb: columns, beta: 0, c: target, ldc: columns)
    }
    let result = product.transposed(outputLabels.map { (freeInput + freeKernel).firstIndex(of: $0)! })
    guard einsum.biasLabels != nil else { return result }
    let bias = Values(shape: try weightShape(.bias), values: try weight(.bias))
    guard let sum = result.combined(with: bias, +), sum.shape == result.shape else {
      throw shape("its bias has the shape \(bias.shape)")
    }
    return sum
  }
}

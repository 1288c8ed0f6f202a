import Elements
import ModelGraph

/// Dense layers, without their activation.
extension LayerEvaluator {
  /// Elements of a dense kernel that are in memory at a time: 32 MiB of Double.
  private static var kernelBlockElements: Int { 1 << 22 }

  func evaluate(_ dense: Dense, _ input: Values, tail: ElementwiseTail<Scalar>) throws -> Values {
    let inputs = input.shape.last ?? 0
    guard [.transposed, .linear].contains(dense.kernelLayout) else {
      throw EvaluationError(
        .notRun("its kernel has its axes in the order \(dense.kernelLayout.rawValue)"), layer: layer.name)
    }
    let isTransposed = dense.kernelLayout == .transposed
    let found = try weightShape(.kernel)
    guard found == (isTransposed ? [inputs, dense.units] : [dense.units, inputs]) else {
      throw shape("its kernel has the shape \(found) for \(inputs) inputs")
    }
    let tail = try tail.after(dense.usesBias ? weight(.bias) : nil)
    let shape: Shape = input.shape.dropLast() + [dense.units]
    try checkFits(tail, shape)
    if inputs == 0 { return Values(repeating: 0, shape: shape).applying(tail, sharing: sharing) }
    return try Values(shape: shape) { result in
      try input.values.withUnsafeBufferPointer { input in
        let (input, rows) = (input.baseAddress!, shape.dropLast().reduce(1, *))
        try isTransposed
          ? addByInputs(dense, input, rows: rows, inputs: inputs, tail: tail, to: result)
          : storeByUnits(dense, input, rows: rows, inputs: inputs, tail: tail, in: result)
      }
    }
  }

  // The kernel can be the largest part of a model: it is read and used by blocks of its rows.

  /// The product with a kernel of shape (inputs, units).
  private func addByInputs(
    _ dense: Dense, _ input: UnsafePointer<Scalar>, rows: Int, inputs: Int, tail: ElementwiseTail<Scalar>,
    to result: UnsafeMutablePointer<Scalar>
  ) throws {
    for block in (0..<inputs).blocks(of: max(1, Self.kernelBlockElements / max(1, dense.units))) {
      let kernel = try kernelRows(block, width: dense.units)
      MatrixProduct(rows: rows, leftStride: inputs, depth: block.count, columns: dense.units).store(
        input + block.lowerBound, times: kernel, in: result, adds: block.lowerBound > 0, sharing: sharing,
        tail: block.upperBound == inputs ? tail : .none)
    }
  }

  /// The product with a kernel of shape (units, inputs).
  private func storeByUnits(
    _ dense: Dense, _ input: UnsafePointer<Scalar>, rows: Int, inputs: Int, tail: ElementwiseTail<Scalar>,
    in result: UnsafeMutablePointer<Scalar>
  ) throws {
    for block in (0..<dense.units).blocks(of: max(1, Self.kernelBlockElements / inputs)) {
      let kernel = try kernelRows(block, width: inputs)
      MatrixProduct(
        rows: rows, leftStride: inputs, depth: inputs, columns: block.count, isRightTransposed: true,
        resultColumns: dense.units, firstColumn: block.lowerBound
      ).store(input, times: kernel, in: result, sharing: sharing, tail: tail)
    }
  }

  private func kernelRows(_ rows: Range<Int>, width: Int) throws -> [Scalar] {
    try weight(.kernel, range: rows.lowerBound * width..<rows.upperBound * width)
  }
}

import Elements
import ModelGraph

/// Kernels of convolutions in the one order of axes that the loops have, whatever order the model has.
extension LayerEvaluator {
  /// Elements of a kernel that one thread reorders at a time: so many that runs of the result are long.
  private static var reorderedElements: Int { 1 << 18 }
  /// Rows of the result, each in a page of its own, that are written to at a time.
  private static var rowsOfATime: Int { 16 }

  /// The kernel of a convolution, taps first.
  ///
  /// - Parameters:
  ///   - rows: input channels of a group; of a transposed convolution its filters of a group.
  ///   - columns: filters; of a transposed convolution input channels.
  ///   - channels: of the input.
  /// - Returns: shape (k…, rows, columns).
  /// - Throws: `EvaluationError` for another shape or a layout that such a convolution does not have, or what reading throws.
  func kernel(_ convolution: Convolution, rows: Int, columns: Int, channels: Int) throws -> [Scalar] {
    guard let isChannelsFirst = convolution.hasChannelsFirst else {
      let layout = convolution.kernelLayout.map(\.rawValue) ?? ""
      throw EvaluationError(.notRun("its kernel has its axes in the order \(layout)"), layer: layer.name)
    }
    let size = convolution.kernelSize
    let found = try weightShape(.kernel)
    guard found == (isChannelsFirst ? [columns, rows] + size : size + [rows, columns]) else {
      throw shape("its kernel has the shape \(found) for \(channels) channels")
    }
    guard isChannelsFirst else { return try weight(.kernel) }
    return try tapsFirst(taps: size.reduce(1, *), rows: rows, columns: columns)
  }

  /// The kernel of shape (columns, rows, taps) as one of shape (taps, rows, columns).
  private func tapsFirst(taps: Int, rows: Int, columns: Int) throws -> [Scalar] {
    let width = rows * taps
    let tile = MatrixTransposition.tile
    let blocks = (0..<columns).blocks(
      of: max(2 * tile, Self.reorderedElements / max(1, width) / tile * tile))
    return try [Scalar](unsafeUninitializedCapacity: width * columns) { values, initialized in
      if let start = values.baseAddress, width * columns > 0 {
        let target = SharedMemory(start: start)
        try sharing.forEach(blocks.count) { number in
          let block = blocks[number]
          let part: [Scalar] = try weight(
            .kernel, range: block.lowerBound * width..<block.upperBound * width, sharing: WorkSharing.none)
          part.withUnsafeBufferPointer { part in
            // All taps of a few rows are taken while these are in the first cache.
            for row in stride(from: 0, to: rows, by: Self.rowsOfATime) {
              for tap in 0..<taps {
                MatrixTransposition(
                  rows: block.count, columns: min(Self.rowsOfATime, rows - row), rowStride: width,
                  columnStride: taps, targetStride: columns
                ).copy(
                  part.baseAddress! + row * taps + tap,
                  to: target.start + (tap * rows + row) * columns + block.lowerBound)
              }
            }
          }
        }
      }
      initialized = width * columns
    }
  }
}

extension Convolution {
  /// Whether the axes of the channels are before those of the taps; nil for a layout that its kind does not have.
  fileprivate var hasChannelsFirst: Bool? {
    switch (kind, kernelLayout) {
    case (.regular, nil), (.regular, .outputLast), (.transposed, nil), (.transposed, .inputLast): false
    case (.regular, .outputFirst), (.transposed, .inputFirst): true
    default: nil
    }
  }
}

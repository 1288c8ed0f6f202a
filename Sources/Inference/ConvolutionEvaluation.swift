import ModelGraph

/// Convolutions over channels-last arrays, as products of the patches under a window.
enum ConvolutionEvaluation<Scalar: InferenceScalar> {
  /// A convolution with contiguous groups of channels.
  ///
  /// - Parameters:
  ///   - input: shape (batch, spatial…, input channels).
  ///   - kernel: shape (k…, input channels / groups, filters).
  ///   - tail: what is done with the result.
  ///   - result: shape (batch, window positions…, filters), overwritten.
  static func convolve(
    _ input: UnsafePointer<Scalar>, layout: SpatialArray, window: Window, kernel: UnsafePointer<Scalar>,
    groups: Int, filters: Int, sharing: WorkSharing, tail: ElementwiseTail<Scalar>,
    result: UnsafeMutablePointer<Scalar>
  ) {
    let groupChannels = layout.channels / groups
    let groupFilters = filters / groups
    if groupChannels == 1, groups > 1 {
      // Kernels with one channel each are those of a depthwise convolution, in the same order.
      convolveDepthwise(
        input, layout: layout, window: window, kernel: kernel, multiplier: groupFilters, sharing: sharing,
        tail: tail, result: result)
      return
    }
    let positions = window.output.reduce(1, *)
    if groups == 1, window.isPointwise(over: layout) {
      MatrixProduct(
        rows: layout.batch * positions, leftStride: layout.channels, depth: layout.channels, columns: filters
      ).store(input, times: kernel, in: result, sharing: sharing, tail: tail)
      return
    }
    // Taps side by side are one run where none of them is ever outside the input.
    let patches =
      groups == 1 && window.isInside(lastAxisOf: layout)
      ? PatchPlaces(layout, window.withoutLastAxis, runLength: window.size[2] * layout.channels)
      : PatchPlaces(layout, window, runLength: groupChannels)
    let pieces = ProductPieces(
      rows: layout.batch * positions, columns: groupFilters, runs: patches.window.taps)
    let (source, weights, target) = (
      SharedSource(start: input), SharedSource(start: kernel), SharedMemory(start: result)
    )
    sharing.forEach(groups * pieces.count) { number in
      let (group, inner) = number.quotientAndRemainder(dividingBy: pieces.count)
      let piece = pieces[inner]
      let product = RunProduct(
        depth: patches.runLength, right: weights.start + group * groupFilters,
        runs: (0..<patches.window.taps).map { $0 * patches.runLength * filters }, rowStride: filters,
        columnStride: 1)
      patches.withPlaces(of: piece.rows, in: source.start + group * groupChannels) { places in
        withUnsafeTemporaryAllocation(
          of: UnsafeMutablePointer<Scalar>?.self, capacity: piece.rows.count
        ) { results in
          for (index, row) in piece.rows.enumerated() {
            results[index] = target.start + row * filters + group * groupFilters
          }
          product.multiply(
            places, rows: piece.rows.count, columns: piece.columns, results: results.baseAddress!)
        }
      }
      let first = group * groupFilters
      tail.apply(
        to: target.start, width: filters, rows: piece.rows,
        columns: first + piece.columns.lowerBound..<first + piece.columns.upperBound)
    }
  }

  /// A convolution of each channel on its own, with several outputs a channel.
  ///
  /// - Parameters:
  ///   - kernel: shape (k…, input channels, multiplier).
  ///   - result: shape (batch, window positions…, input channels * multiplier), overwritten.
  static func convolveDepthwise(
    _ input: UnsafePointer<Scalar>, layout: SpatialArray, window: Window, kernel: UnsafePointer<Scalar>,
    multiplier: Int, sharing: WorkSharing, tail: ElementwiseTail<Scalar>,
    result: UnsafeMutablePointer<Scalar>
  ) {
    let outputs = layout.channels * multiplier
    let patches = PatchPlaces(layout, window, runLength: layout.channels)
    let taps = window.taps
    let (source, weights, target) = (
      SharedSource(start: input), SharedSource(start: kernel), SharedMemory(start: result)
    )
    sharing.overRows(layout.batch * window.output.reduce(1, *), width: outputs * taps) { rows in
      patches.withPlaces(of: rows, in: source.start) { places in
        let sums = target.start + rows.lowerBound * outputs
        if multiplier == 1 {
          Scalar.kernels.multiplyChannels(places, rows.count, weights.start, taps, outputs, sums)
        } else {
          for row in 0..<rows.count {
            multiplyRepeated(
              places + row * taps, weights.start, taps: taps, multiplier: multiplier, outputs: outputs,
              in: sums + row * outputs)
          }
        }
      }
      tail.apply(to: target.start, width: outputs, rows: rows, columns: 0..<outputs)
    }
  }

  /// One row of a depthwise convolution with several outputs a channel.
  private static func multiplyRepeated(
    _ places: UnsafePointer<UnsafePointer<Scalar>?>, _ kernel: UnsafePointer<Scalar>, taps: Int,
    multiplier: Int, outputs: Int, in sums: UnsafeMutablePointer<Scalar>
  ) {
    sums.update(repeating: 0, count: outputs)
    for tap in 0..<taps {
      let (values, factors) = (places[tap]!, kernel + tap * outputs)
      for output in 0..<outputs { sums[output] += values[output / multiplier] * factors[output] }
    }
  }
}

import ModelGraph
import Tensor

/// Convolutions over channels-last arrays.
enum ConvolutionEvaluation<Scalar: InferenceScalar> {
  /// Elements of the matrix of patches that are made at a time: 4 MiB of Double, so that memory stays bounded.
  private static var patchElements: Int { 1 << 19 }

  /// A convolution with contiguous groups of channels.
  ///
  /// - Parameters:
  ///   - input: shape (batch, spatial…, input channels).
  ///   - kernel: shape (k…, input channels / groups, filters).
  ///   - result: shape (batch, window positions…, filters), overwritten.
  static func convolve(
    _ input: UnsafePointer<Scalar>, layout: SpatialArray, window: Window, kernel: UnsafePointer<Scalar>,
    groups: Int, filters: Int, sharing: WorkSharing, result: UnsafeMutablePointer<Scalar>
  ) {
    let groupChannels = layout.channels / groups
    let groupFilters = filters / groups
    if groupChannels == 1, groups > 1 {
      // Kernels with one channel each are those of a depthwise convolution, in the same order.
      convolveDepthwise(
        input, layout: layout, window: window, kernel: kernel, multiplier: groupFilters, sharing: sharing,
        result: result)
      return
    }
    let depth = window.taps * groupChannels
    let positions = window.output.reduce(1, *)
    let isPointwise =
      window.taps == 1 && window.strides == [1, 1, 1] && window.output == layout.size && groups == 1
    if isPointwise {
      multiply(
        m: layout.batch * positions, n: filters, k: depth, a: input, b: kernel, c: result, sharing: sharing)
      return
    }
    let rows = max(1, min(positions, patchElements / max(1, depth)))
    let blocks = (0..<positions).blocks(of: rows)
    let columns = (0..<groupFilters).blocks(
      of: columnsOfAPiece(rowPieces: blocks.count * layout.batch * groups, of: groupFilters))
    let (source, weights, target) = (
      SharedSource(start: input), SharedSource(start: kernel), SharedMemory(start: result)
    )
    sharing.forEach(layout.batch * groups * blocks.count * columns.count) { piece in
      let (rest, columnBlock) = piece.quotientAndRemainder(dividingBy: columns.count)
      let (outer, block) = rest.quotientAndRemainder(dividingBy: blocks.count)
      let (sample, group) = outer.quotientAndRemainder(dividingBy: groups)
      let (part, column) = (blocks[block], columns[columnBlock])
      let first = group * groupFilters + column.lowerBound
      withUnsafeTemporaryAllocation(of: Scalar.self, capacity: part.count * depth) { patches in
        fillPatches(
          patches.baseAddress!, from: source.start + sample * layout.sampleCount, layout: layout,
          window: window, positions: part, firstChannel: group * groupChannels, channels: groupChannels)
        Scalar.multiply(
          transposesB: false, m: part.count, n: column.count, k: depth, a: patches.baseAddress!, lda: depth,
          b: weights.start + first, ldb: filters, beta: 0,
          c: target.start + (sample * positions + part.lowerBound) * filters + first, ldc: filters)
      }
    }
  }

  /// c = a * b by pieces; a has shape (m, k), b (k, n).
  static func multiply(
    m: Int, n: Int, k: Int, a: UnsafePointer<Scalar>, b: UnsafePointer<Scalar>,
    c: UnsafeMutablePointer<Scalar>, sharing: WorkSharing
  ) {
    let rows = (0..<m).blocks(of: rowsOfAPiece)
    let columns = (0..<n).blocks(of: columnsOfAPiece(rowPieces: rows.count, of: n))
    let (left, right, target) = (SharedSource(start: a), SharedSource(start: b), SharedMemory(start: c))
    sharing.forEach(rows.count * columns.count) { piece in
      let (row, column) = (rows[piece / columns.count], columns[piece % columns.count])
      Scalar.multiply(
        transposesB: false, m: row.count, n: column.count, k: k, a: left.start + row.lowerBound * k, lda: k,
        b: right.start + column.lowerBound, ldb: n, beta: 0,
        c: target.start + row.lowerBound * n + column.lowerBound, ldc: n)
    }
  }

  /// Rows of a product that are computed at a time.
  private static var rowsOfAPiece: Int { 512 }

  /// Columns of a product that are computed at a time: all, unless there are too few pieces of rows to share.
  private static func columnsOfAPiece(rowPieces: Int, of columns: Int) -> Int {
    rowPieces < 4 ? 256 : max(1, columns)
  }

  /// Writes one row of `taps * channels` elements for each window position, zeros outside the input.
  private static func fillPatches(
    _ patches: UnsafeMutablePointer<Scalar>, from source: UnsafePointer<Scalar>, layout: SpatialArray,
    window: Window, positions: Range<Int>, firstChannel: Int, channels: Int
  ) {
    let depth = window.taps * channels
    for position in positions {
      let row = patches + (position - positions.lowerBound) * depth
      let corner = window.coordinates(position)
      if !window.isInside(at: corner, input: layout.size) { row.initialize(repeating: 0, count: depth) }
      window.forEachTap(at: corner, input: layout.size) { tap, place in
        (row + tap * channels).update(from: source + place * layout.channels + firstChannel, count: channels)
      }
    }
  }

  /// A convolution of each channel on its own, with several outputs a channel.
  ///
  /// - Parameters:
  ///   - kernel: shape (k…, input channels, multiplier).
  ///   - result: shape (batch, window positions…, input channels * multiplier), overwritten.
  static func convolveDepthwise(
    _ input: UnsafePointer<Scalar>, layout: SpatialArray, window: Window, kernel: UnsafePointer<Scalar>,
    multiplier: Int, sharing: WorkSharing, result: UnsafeMutablePointer<Scalar>
  ) {
    let positions = window.output.reduce(1, *)
    let outputs = layout.channels * multiplier
    let (source, weights, target) = (
      SharedSource(start: input), SharedSource(start: kernel), SharedMemory(start: result)
    )
    sharing.overRows(layout.batch * positions, width: outputs * window.taps) { rows in
      for row in rows {
        let (sample, position) = row.quotientAndRemainder(dividingBy: positions)
        let sums = target.start + row * outputs
        sums.update(repeating: 0, count: outputs)
        window.forEachTap(at: window.coordinates(position), input: layout.size) { tap, place in
          let values = source.start + sample * layout.sampleCount + place * layout.channels
          let factors = weights.start + tap * outputs
          if multiplier == 1 {
            for channel in 0..<outputs { sums[channel] += values[channel] * factors[channel] }
          } else {
            for channel in 0..<outputs { sums[channel] += values[channel / multiplier] * factors[channel] }
          }
        }
      }
    }
  }

  /// The transposed convolution: every input element adds its multiple of the kernel to the output.
  ///
  /// - Parameters:
  ///   - kernel: shape (k…, filters, input channels).
  ///   - crop: how many leading positions of the full result are cut off on each axis.
  ///   - outputSize: sizes of the result on the three axes.
  ///   - result: shape (batch, output…, filters), overwritten.
  static func convolveTransposed(
    _ input: UnsafePointer<Scalar>, layout: SpatialArray, window: Window, kernel: UnsafePointer<Scalar>,
    filters: Int, crop: [Int], outputSize: [Int], result: UnsafeMutablePointer<Scalar>
  ) {
    let positions = layout.size.reduce(1, *)
    let width = window.taps * filters
    let outputs = outputSize.reduce(1, *) * filters
    let block = max(1, min(positions, patchElements / max(1, width)))
    result.update(repeating: 0, count: layout.batch * outputs)
    withUnsafeTemporaryAllocation(of: Scalar.self, capacity: block * width) { products in
      for sample in 0..<layout.batch {
        let source = input + sample * layout.sampleCount
        let target = result + sample * outputs
        for start in stride(from: 0, to: positions, by: block) {
          let count = min(block, positions - start)
          Scalar.multiply(
            transposesB: true, m: count, n: width, k: layout.channels, a: source + start * layout.channels,
            lda: layout.channels, b: kernel, ldb: layout.channels, beta: 0, c: products.baseAddress!,
            ldc: width)
          for offset in 0..<count {
            scatter(
              products.baseAddress! + offset * width, of: start + offset, layout: layout, window: window,
              filters: filters, crop: crop, outputSize: outputSize, into: target)
          }
        }
      }
    }
  }

  private static func scatter(
    _ products: UnsafePointer<Scalar>, of position: Int, layout: SpatialArray, window: Window, filters: Int,
    crop: [Int], outputSize: [Int], into target: UnsafeMutablePointer<Scalar>
  ) {
    let place = [
      position / (layout.size[1] * layout.size[2]), position / layout.size[2] % layout.size[1],
      position % layout.size[2],
    ]
    var tap = 0
    for step0 in 0..<window.size[0] {
      let row0 = place[0] * window.strides[0] + step0 * window.dilation[0] - crop[0]
      for step1 in 0..<window.size[1] {
        let row1 = place[1] * window.strides[1] + step1 * window.dilation[1] - crop[1]
        for step2 in 0..<window.size[2] {
          let row2 = place[2] * window.strides[2] + step2 * window.dilation[2] - crop[2]
          if row0 >= 0, row0 < outputSize[0], row1 >= 0, row1 < outputSize[1], row2 >= 0, row2 < outputSize[2]
          {
            let output = target + ((row0 * outputSize[1] + row1) * outputSize[2] + row2) * filters
            for filter in 0..<filters { output[filter] += products[tap * filters + filter] }
          }
          tap += 1
        }
      }
    }
  }
}

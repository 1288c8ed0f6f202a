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
    groups: Int, filters: Int, result: UnsafeMutablePointer<Scalar>
  ) {
    let groupChannels = layout.channels / groups
    let groupFilters = filters / groups
    let depth = window.taps * groupChannels
    let positions = window.output.reduce(1, *)
    let isPointwise =
      window.taps == 1 && window.strides == [1, 1, 1] && window.output == layout.size && groups == 1
    if isPointwise {
      Scalar.multiply(
        transposesB: false, m: layout.batch * positions, n: filters, k: depth, a: input, lda: depth,
        b: kernel,
        ldb: filters, beta: 0, c: result, ldc: filters)
      return
    }
    let block = max(1, min(positions, patchElements / max(1, depth)))
    withUnsafeTemporaryAllocation(of: Scalar.self, capacity: block * depth) { patches in
      for sample in 0..<layout.batch {
        let source = input + sample * layout.sampleCount
        let target = result + sample * positions * filters
        for group in 0..<groups {
          for start in stride(from: 0, to: positions, by: block) {
            let count = min(block, positions - start)
            fillPatches(
              patches.baseAddress!, from: source, layout: layout, window: window,
              positions: start..<start + count,
              firstChannel: group * groupChannels, channels: groupChannels)
            Scalar.multiply(
              transposesB: false, m: count, n: groupFilters, k: depth, a: patches.baseAddress!, lda: depth,
              b: kernel + group * groupFilters, ldb: filters, beta: 0,
              c: target + start * filters + group * groupFilters, ldc: filters)
          }
        }
      }
    }
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
    multiplier: Int, result: UnsafeMutablePointer<Scalar>
  ) {
    let positions = window.output.reduce(1, *)
    let outputs = layout.channels * multiplier
    for sample in 0..<layout.batch {
      let source = input + sample * layout.sampleCount
      for position in 0..<positions {
        let target = result + (sample * positions + position) * outputs
        target.update(repeating: 0, count: outputs)
        window.forEachTap(at: window.coordinates(position), input: layout.size) { tap, place in
          let values = source + place * layout.channels
          let weights = kernel + tap * outputs
          if multiplier == 1 {
            for channel in 0..<outputs { target[channel] += values[channel] * weights[channel] }
          } else {
            for channel in 0..<outputs { target[channel] += values[channel / multiplier] * weights[channel] }
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

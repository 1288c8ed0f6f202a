import Elements
import ModelGraph

/// Dense layers and convolutions, without their activation.
extension LayerEvaluator {
  /// Elements of a dense kernel that are in memory at a time: 32 MiB of Double.
  private static var kernelBlockElements: Int { 1 << 22 }

  func evaluate(_ dense: Dense, _ input: Values, tail: ElementwiseTail<Scalar>) throws -> Values {
    let inputs = input.shape.last ?? 0
    guard try weightShape(.kernel) == [inputs, dense.units] else {
      throw shape("its kernel has the shape \(try weightShape(.kernel)) for \(inputs) inputs")
    }
    let rows = input.shape.dropLast().reduce(1, *)
    let tail = try tail.after(dense.usesBias ? weight(.bias) : nil)
    let shape: Shape = input.shape.dropLast() + [dense.units]
    try checkFits(tail, shape)
    // The kernel can be the largest part of a model: it is read and used by blocks of its rows.
    let block = max(1, Self.kernelBlockElements / max(1, dense.units))
    let starts = Array(stride(from: 0, to: inputs, by: block))
    if starts.isEmpty { return Values(repeating: 0, shape: shape).applying(tail, sharing: sharing) }
    return try Values(shape: shape) { result in
      for first in starts {
        let depth = min(block, inputs - first)
        let kernel: [Scalar] = try weight(.kernel, range: first * dense.units..<(first + depth) * dense.units)
        input.values.withUnsafeBufferPointer { input in
          MatrixProduct(rows: rows, leftStride: inputs, depth: depth, columns: dense.units).store(
            input.baseAddress! + first, times: kernel, in: result, adds: first > 0, sharing: sharing,
            tail: first == starts.last ? tail : .none)
        }
      }
    }
  }

  func evaluate(_ convolution: Convolution, _ input: Values, tail: ElementwiseTail<Scalar>) throws -> Values {
    guard input.rank == convolution.tensorRank else { throw shape("its input has \(input.rank) axes") }
    let moved = input.channelsLast(from: convolution.dataFormat)
    let bias: [Scalar]? = convolution.usesBias ? try weight(.bias) : nil
    // In another format the channels are moved between the bias and what comes after the layer.
    let isMoved = convolution.dataFormat == .channelsFirst
    let inner = isMoved ? ElementwiseTail.none.after(bias) : tail.after(bias)
    var result: Values
    switch convolution.kind {
    case .regular(let groups): result = try regular(convolution, groups: groups, moved, inner)
    case .depthwise: result = try depthwise(convolution, moved, inner)
    case .separable: result = try pointwise(convolution, try depthwise(convolution, moved, .none), inner)
    case .transposed(let outputPadding, _):
      result = try transposed(convolution, outputPadding: outputPadding, moved, inner)
    }
    guard isMoved else { return result }
    result = result.channelsMoved(to: convolution.dataFormat)
    try checkFits(tail, result.shape)
    result.apply(tail, sharing: sharing)
    return result
  }

  private func window(_ convolution: Convolution, _ layout: SpatialArray) throws -> Window {
    guard
      let window = Window(
        input: layout.size, size: convolution.kernelSize, strides: convolution.strides,
        dilation: convolution.dilation, padding: convolution.padding)
    else { throw shape("its kernel is larger than its input") }
    return window
  }

  private func regular(
    _ convolution: Convolution, groups: Int, _ input: Values, _ tail: ElementwiseTail<Scalar>
  ) throws -> Values {
    let layout = SpatialArray(shape: input.shape)
    let window = try window(convolution, layout)
    let filters = convolution.filters ?? 0
    guard layout.channels % groups == 0,
      try weightShape(.kernel) == convolution.kernelSize + [layout.channels / groups, filters]
    else {
      throw shape("its kernel has the shape \(try weightShape(.kernel)) for \(layout.channels) channels")
    }
    let kernel: [Scalar] = try weight(.kernel)
    let shape = SpatialArray.shape(
      batch: layout.batch, size: window.output, channels: filters, rank: input.rank)
    try checkFits(tail, shape)
    return Values(shape: shape) { result in
      ConvolutionEvaluation.convolve(
        input.values, layout: layout, window: window, kernel: kernel, groups: groups, filters: filters,
        sharing: sharing, tail: tail, result: result)
    }
  }

  private func depthwise(
    _ convolution: Convolution, _ input: Values, _ tail: ElementwiseTail<Scalar>
  ) throws -> Values {
    let layout = SpatialArray(shape: input.shape)
    let window = try window(convolution, layout)
    let multiplier = convolution.multiplier
    guard try weightShape(.depthwiseKernel) == convolution.kernelSize + [layout.channels, multiplier] else {
      throw shape(
        "its kernel has the shape \(try weightShape(.depthwiseKernel)) for \(layout.channels) channels")
    }
    let kernel: [Scalar] = try weight(.depthwiseKernel)
    let shape = SpatialArray.shape(
      batch: layout.batch, size: window.output, channels: layout.channels * multiplier, rank: input.rank)
    try checkFits(tail, shape)
    return Values(shape: shape) { result in
      ConvolutionEvaluation.convolveDepthwise(
        input.values, layout: layout, window: window, kernel: kernel, multiplier: multiplier,
        sharing: sharing, tail: tail, result: result)
    }
  }

  private func pointwise(
    _ convolution: Convolution, _ input: Values, _ tail: ElementwiseTail<Scalar>
  ) throws -> Values {
    let channels = input.shape.last ?? 0
    let filters = convolution.filters ?? 0
    guard try weightShape(.pointwiseKernel).suffix(2) == [channels, filters] else {
      throw shape("its pointwise kernel has the shape \(try weightShape(.pointwiseKernel))")
    }
    let kernel: [Scalar] = try weight(.pointwiseKernel)
    let shape: Shape = input.shape.dropLast() + [filters]
    try checkFits(tail, shape)
    return Values(shape: shape) { result in
      MatrixProduct(
        rows: shape.dropLast().reduce(1, *), leftStride: channels, depth: channels, columns: filters
      ).store(input.values, times: kernel, in: result, sharing: sharing, tail: tail)
    }
  }

  private func transposed(
    _ convolution: Convolution, outputPadding: [Int], _ input: Values, _ tail: ElementwiseTail<Scalar>
  ) throws -> Values {
    let layout = SpatialArray(shape: input.shape)
    let filters = convolution.filters ?? 0
    guard try weightShape(.kernel) == convolution.kernelSize + [filters, layout.channels] else {
      throw shape("its kernel has the shape \(try weightShape(.kernel)) for \(layout.channels) channels")
    }
    // Only the window's size, strides and dilation are used here; any input fits it.
    let fitting = layout.size.indices.map { max(layout.size[$0], 1 << 20) }
    guard
      let window = Window(
        input: fitting, size: convolution.kernelSize, strides: convolution.strides,
        dilation: convolution.dilation, padding: .none(rank: convolution.kernelSize.count))
    else { throw shape("its kernel is too large") }
    let missing = 3 - convolution.kernelSize.count
    let outputSize = layout.size.indices.map { axis in
      axis < missing
        ? layout.size[axis] : convolution.spatialSize(axis: axis - missing, input: layout.size[axis]) ?? 0
    }
    let crop = layout.size.indices.map { axis in
      axis < missing
        ? 0
        : convolution.window(axis: axis - missing).transposedCrop(
          padding: convolution.padding, axis: axis - missing, outputPadding: outputPadding[axis - missing]
        ).before
    }
    guard outputSize.allSatisfy({ $0 > 0 }) else { throw shape("its result would be empty") }
    let kernel: [Scalar] = try weight(.kernel)
    let shape = SpatialArray.shape(
      batch: layout.batch, size: outputSize, channels: filters, rank: input.rank)
    try checkFits(tail, shape)
    return Values(shape: shape) { result in
      TransposedConvolution(
        layout: layout, filters: filters, size: window.size, strides: window.strides,
        dilation: window.dilation, crop: crop, outputSize: outputSize
      ).store(input.values, kernel: kernel, sharing: sharing, tail: tail, in: result)
    }
  }
}

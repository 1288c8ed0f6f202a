import Elements
import ModelGraph

/// Convolutions, without their activation.
extension LayerEvaluator {
  func evaluate(_ convolution: Convolution, _ input: Values, tail: ElementwiseTail<Scalar>) throws -> Values {
    guard input.rank == convolution.tensorRank else { throw shape("its input has \(input.rank) axes") }
    let moved = input.channelsLast(from: convolution.dataFormat, sharing: sharing)
    let bias: [Scalar]? = convolution.usesBias ? try weight(.bias) : nil
    // In another format the channels are moved between the bias and what comes after the layer.
    let isMoved = convolution.dataFormat == .channelsFirst
    let inner = isMoved ? ElementwiseTail.none.after(bias) : tail.after(bias)
    var result: Values
    switch convolution.kind {
    case .regular(let groups): result = try regular(convolution, groups: groups, moved, inner)
    case .depthwise: result = try depthwise(convolution, moved, inner)
    case .separable: result = try pointwise(convolution, try depthwise(convolution, moved, .none), inner)
    case .transposed(let outputPadding, let groups):
      result = try transposed(convolution, outputPadding: outputPadding, groups: groups, moved, inner)
    }
    guard isMoved else { return result }
    result = result.channelsMoved(to: convolution.dataFormat, sharing: sharing)
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
    try checkGroups(groups, channels: layout.channels, filters: filters)
    let kernel = try kernel(
      convolution, rows: layout.channels / groups, columns: filters, channels: layout.channels)
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
    _ convolution: Convolution, outputPadding: [Int], groups: Int, _ input: Values,
    _ tail: ElementwiseTail<Scalar>
  ) throws -> Values {
    let layout = SpatialArray(shape: input.shape)
    let filters = convolution.filters ?? 0
    try checkGroups(groups, channels: layout.channels, filters: filters)
    let kernel = try kernel(
      convolution, rows: filters / groups, columns: layout.channels, channels: layout.channels)
    let missing = [Int](repeating: 1, count: 3 - convolution.kernelSize.count)
    var (crop, outputSize) = (missing.map { _ in 0 }, missing)
    for axis in convolution.kernelSize.indices {
      let size = convolution.spatialSize(axis: axis, input: layout.size[missing.count + axis])
      guard let size, size > 0 else { throw shape("its result would be empty") }
      outputSize.append(size)
      crop.append(
        convolution.window(axis: axis).transposedCrop(
          padding: convolution.padding, axis: axis, outputPadding: outputPadding[axis]
        ).before)
    }
    let shape = SpatialArray.shape(
      batch: layout.batch, size: outputSize, channels: filters, rank: input.rank)
    try checkFits(tail, shape)
    return Values(shape: shape) { result in
      TransposedConvolution(
        layout: layout, filters: filters, groups: groups, size: missing + convolution.kernelSize,
        strides: missing + convolution.strides, dilation: missing + convolution.dilation, crop: crop,
        outputSize: outputSize
      ).store(input.values, kernel: kernel, sharing: sharing, tail: tail, in: result)
    }
  }

  private func checkGroups(_ groups: Int, channels: Int, filters: Int) throws {
    guard groups > 0, channels % groups == 0, filters % groups == 0 else {
      throw shape("\(channels) channels and \(filters) filters are not \(groups) groups")
    }
  }
}

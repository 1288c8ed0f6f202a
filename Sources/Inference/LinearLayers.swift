import ModelGraph
import Tensor

/// Dense layers and convolutions, without their activation.
extension LayerEvaluator {
  /// Elements of a dense kernel that are in memory at a time: 32 MiB of Double.
  private static var kernelBlockElements: Int { 1 << 22 }

  func evaluate(_ dense: Dense, _ input: Values) throws -> Values {
    let inputs = input.shape.last ?? 0
    guard try weightShape(.kernel) == [inputs, dense.units] else {
      throw shape("its kernel has the shape \(try weightShape(.kernel)) for \(inputs) inputs")
    }
    let rows = input.shape.dropLast().reduce(1, *)
    var result = Values(repeating: 0, shape: input.shape.dropLast() + [dense.units])
    // The kernel can be the largest part of a model: it is read and used by blocks of its rows.
    let block = max(1, Self.kernelBlockElements / max(1, dense.units))
    for first in stride(from: 0, to: inputs, by: block) {
      let depth = min(block, inputs - first)
      let kernel: [Scalar] = try weight(.kernel, range: first * dense.units..<(first + depth) * dense.units)
      input.values.withUnsafeBufferPointer { input in
        result.values.withUnsafeMutableBufferPointer { result in
          guard let source = input.baseAddress, let target = result.baseAddress else { return }
          Scalar.multiply(
            transposesB: false, m: rows, n: dense.units, k: depth, a: source + first, lda: inputs, b: kernel,
            ldb: dense.units, beta: first == 0 ? 0 : 1, c: target, ldc: dense.units)
        }
      }
    }
    if dense.usesBias { result.addToLastAxis(try weight(.bias)) }
    return result
  }

  func evaluate(_ convolution: Convolution, _ input: Values) throws -> Values {
    guard input.rank == convolution.tensorRank else { throw shape("its input has \(input.rank) axes") }
    let moved = input.channelsLast(from: convolution.dataFormat)
    var result: Values
    switch convolution.kind {
    case .regular(let groups): result = try regular(convolution, groups: groups, moved)
    case .depthwise: result = try depthwise(convolution, moved)
    case .separable: result = try pointwise(convolution, try depthwise(convolution, moved))
    case .transposed(let outputPadding): result = try transposed(convolution, outputPadding, moved)
    }
    if convolution.usesBias {
      let bias: [Scalar] = try weight(.bias)
      guard bias.count == result.shape.last else { throw shape("its bias has \(bias.count) elements") }
      result.addToLastAxis(bias)
    }
    return result.channelsMoved(to: convolution.dataFormat)
  }

  private func window(_ convolution: Convolution, _ layout: SpatialArray) throws -> Window {
    guard
      let window = Window(
        input: layout.size, size: convolution.kernelSize, strides: convolution.strides,
        dilation: convolution.dilation, padding: convolution.padding)
    else { throw shape("its kernel is larger than its input") }
    return window
  }

  private func regular(_ convolution: Convolution, groups: Int, _ input: Values) throws -> Values {
    let layout = SpatialArray(shape: input.shape)
    let window = try window(convolution, layout)
    let filters = convolution.filters ?? 0
    guard layout.channels % groups == 0,
      try weightShape(.kernel) == convolution.kernelSize + [layout.channels / groups, filters]
    else {
      throw shape("its kernel has the shape \(try weightShape(.kernel)) for \(layout.channels) channels")
    }
    let kernel: [Scalar] = try weight(.kernel)
    var result = Values(
      repeating: 0,
      shape: SpatialArray.shape(batch: layout.batch, size: window.output, channels: filters, rank: input.rank)
    )
    result.values.withUnsafeMutableBufferPointer { result in
      guard let target = result.baseAddress, result.count > 0 else { return }
      ConvolutionEvaluation.convolve(
        input.values, layout: layout, window: window, kernel: kernel, groups: groups, filters: filters,
        sharing: sharing, result: target)
    }
    return result
  }

  private func depthwise(_ convolution: Convolution, _ input: Values) throws -> Values {
    let layout = SpatialArray(shape: input.shape)
    let window = try window(convolution, layout)
    let multiplier = convolution.multiplier
    guard try weightShape(.depthwiseKernel) == convolution.kernelSize + [layout.channels, multiplier] else {
      throw shape(
        "its kernel has the shape \(try weightShape(.depthwiseKernel)) for \(layout.channels) channels")
    }
    let kernel: [Scalar] = try weight(.depthwiseKernel)
    var result = Values(
      repeating: 0,
      shape: SpatialArray.shape(
        batch: layout.batch, size: window.output, channels: layout.channels * multiplier, rank: input.rank))
    result.values.withUnsafeMutableBufferPointer { result in
      guard let target = result.baseAddress, result.count > 0 else { return }
      ConvolutionEvaluation.convolveDepthwise(
        input.values, layout: layout, window: window, kernel: kernel, multiplier: multiplier,
        sharing: sharing,
        result: target)
    }
    return result
  }

  private func pointwise(_ convolution: Convolution, _ input: Values) throws -> Values {
    let channels = input.shape.last ?? 0
    let filters = convolution.filters ?? 0
    guard try weightShape(.pointwiseKernel).suffix(2) == [channels, filters] else {
      throw shape("its pointwise kernel has the shape \(try weightShape(.pointwiseKernel))")
    }
    let kernel: [Scalar] = try weight(.pointwiseKernel)
    var result = Values(repeating: 0, shape: input.shape.dropLast() + [filters])
    result.values.withUnsafeMutableBufferPointer { result in
      guard let target = result.baseAddress, result.count > 0 else { return }
      ConvolutionEvaluation.multiply(
        m: input.values.count / max(1, channels), n: filters, k: channels, a: input.values, b: kernel,
        c: target,
        sharing: sharing)
    }
    return result
  }

  private func transposed(
    _ convolution: Convolution, _ outputPadding: [Int]?, _ input: Values
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
        dilation: convolution.dilation, padding: .valid)
    else { throw shape("its kernel is too large") }
    let missing = 3 - convolution.kernelSize.count
    let outputSize = layout.size.indices.map { axis in
      axis < missing
        ? layout.size[axis] : convolution.spatialSize(axis: axis - missing, input: layout.size[axis]) ?? 0
    }
    let crop = layout.size.indices.map { axis in
      WindowArithmetic.transposedCropBefore(
        input: layout.size[axis], output: outputSize[axis], window: window.size[axis],
        stride: window.strides[axis], dilation: window.dilation[axis],
        padding: axis < missing ? .valid : convolution.padding)
    }
    guard outputSize.allSatisfy({ $0 > 0 }) else { throw shape("its result would be empty") }
    let kernel: [Scalar] = try weight(.kernel)
    var result = Values(
      repeating: 0,
      shape: SpatialArray.shape(batch: layout.batch, size: outputSize, channels: filters, rank: input.rank))
    result.values.withUnsafeMutableBufferPointer { result in
      guard let target = result.baseAddress, result.count > 0 else { return }
      ConvolutionEvaluation.convolveTransposed(
        input.values, layout: layout, window: window, kernel: kernel, filters: filters, crop: crop,
        outputSize: outputSize, result: target)
    }
    return result
  }
}

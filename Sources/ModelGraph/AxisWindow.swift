import Elements

/// A window that slides along one axis.
public struct AxisWindow: Sendable {
  /// The number of its elements.
  public let size: Int
  public let stride: Int
  /// The distance of its elements.
  public let dilation: Int

  public init(size: Int, stride: Int, dilation: Int) {
    self.size = size
    self.stride = stride
    self.dilation = dilation
  }

  /// From its first element to its last one.
  public var extent: Int { (size - 1) * dilation + 1 }

  /// The number of windows on an axis; nil if none fits, or where a number cannot be one.
  ///
  /// - Parameters:
  ///   - input: the size of the axis.
  ///   - padding: of all axes.
  ///   - axis: which of them it is.
  ///   - roundsUp: whether a last window that begins inside the axis or before it may reach over its end.
  public func outputSize(input: Int, padding: Padding, axis: Int, roundsUp: Bool = false) -> Int? {
    guard isPossible(input: input) else { return nil }
    guard case .explicit(let amounts) = padding else { return (input + stride - 1) / stride }
    guard amounts[axis].arePossible else { return nil }
    let padded = input + amounts[axis].before + amounts[axis].after
    guard padded >= extent else { return nil }
    let whole = (padded - extent) / stride + 1
    // Source: torch/nn/functional, pooling_output_shape: a window must not begin in the padding after the axis.
    let hasMore = roundsUp && (padded - extent) % stride != 0 && whole * stride < input + amounts[axis].before
    return hasMore ? whole + 1 : whole
  }

  /// How many elements are added before and after an axis.
  public func amounts(input: Int, padding: Padding, axis: Int) -> EdgeAmounts {
    switch padding {
    case .explicit(let amounts): return amounts[axis]
    case .same(let odd):
      let output = (input + stride - 1) / stride
      return odd.split(max((output - 1) * stride + extent - input, 0))
    }
  }

  /// Whether the window can have these attributes, and sizes can be computed with them.
  private func isPossible(input: Int) -> Bool {
    (0...largestAxis).contains(input) && [size, stride, dilation].allSatisfy((1...largestAxis).contains)
  }

  // MARK: - The transposed convolution

  /// The size of an axis after a transposed convolution; nil where a number cannot be one.
  ///
  /// - Parameters:
  ///   - input: the size of the axis.
  ///   - padding: of all axes.
  ///   - axis: which of them it is.
  ///   - outputPadding: elements added at the end, which get the bias alone where no window reaches.
  public func transposedSize(input: Int, padding: Padding, axis: Int, outputPadding: Int) -> Int? {
    guard isPossible(input: input), (0...largestAxis).contains(outputPadding) else { return nil }
    let crop = transposedCrop(padding: padding, axis: axis, outputPadding: outputPadding)
    guard crop.arePossible else { return nil }
    return (input - 1) * stride + extent - crop.before - crop.after + outputPadding
  }

  /// How many elements are cut off the result of a transposed convolution, before and after.
  public func transposedCrop(padding: Padding, axis: Int, outputPadding: Int) -> EdgeAmounts {
    switch padding {
    case .explicit(let amounts): amounts[axis]
    case .same(let odd): odd.split(max(extent - stride + outputPadding, 0))
    }
  }
}

extension EdgeAmounts {
  /// Whether they are numbers of elements, and sizes can be computed with them.
  fileprivate var arePossible: Bool { [before, after].allSatisfy((0...2 * largestAxis).contains) }
}

extension Convolution {
  /// The window along a spatial axis, counted from the first one.
  public func window(axis: Int) -> AxisWindow {
    AxisWindow(size: kernelSize[axis], stride: strides[axis], dilation: dilation[axis])
  }
}

extension Pooling {
  /// The window along a spatial axis, counted from the first one.
  public func window(axis: Int) -> AxisWindow {
    AxisWindow(size: poolSize[axis], stride: strides[axis], dilation: dilation[axis])
  }
}

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

  /// The number of windows on an axis; nil if none fits.
  ///
  /// - Parameters:
  ///   - input: the size of the axis.
  ///   - padding: of all axes.
  ///   - axis: which of them it is.
  public func outputSize(input: Int, padding: Padding, axis: Int) -> Int? {
    guard case .explicit(let amounts) = padding else { return (input + stride - 1) / stride }
    let padded = input + amounts[axis].before + amounts[axis].after
    return padded >= extent ? (padded - extent) / stride + 1 : nil
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

  // MARK: - The transposed convolution

  /// The size of an axis after a transposed convolution.
  ///
  /// - Parameter outputPadding: elements added at the end, which get the bias alone where no window reaches.
  public func transposedSize(input: Int, padding: Padding, axis: Int, outputPadding: Int) -> Int {
    let crop = transposedCrop(padding: padding, axis: axis, outputPadding: outputPadding)
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

extension Convolution {
  /// The window along a spatial axis, counted from the first one.
  public func window(axis: Int) -> AxisWindow {
    AxisWindow(size: kernelSize[axis], stride: strides[axis], dilation: dilation[axis])
  }
}

extension Pooling {
  /// The window along a spatial axis, counted from the first one.
  public func window(axis: Int) -> AxisWindow {
    AxisWindow(size: poolSize[axis], stride: strides[axis], dilation: 1)
  }
}

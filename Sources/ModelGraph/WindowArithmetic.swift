import Elements

/// Sizes and borders of sliding windows.
///
/// Source: TensorFlow's convolution arithmetic, as keras/src/backend/common/backend_utils.py has it.
public enum WindowArithmetic {
  /// The size of an axis after a convolution or pooling; nil if no window fits, or where a number cannot be one.
  public static func outputSize(
    input: Int, window: Int, stride: Int, dilation: Int, padding: Convolution.Padding
  ) -> Int? {
    guard arePossible(input: input, window, stride, dilation) else { return nil }
    let extent = (window - 1) * dilation + 1
    switch padding {
    case .same, .causal: return (input + stride - 1) / stride
    case .valid: return input >= extent ? (input - extent) / stride + 1 : nil
    }
  }

  /// How many zeros stand before the axis.
  public static func paddingBefore(
    input: Int, window: Int, stride: Int, dilation: Int, padding: Convolution.Padding
  ) -> Int {
    let extent = (window - 1) * dilation + 1
    switch padding {
    case .valid: return 0
    case .causal: return extent - 1
    case .same:
      let output = (input + stride - 1) / stride
      return max((output - 1) * stride + extent - input, 0) / 2
    }
  }

  /// The size of an axis after a transposed convolution; nil where a number cannot be one.
  public static func transposedOutputSize(
    input: Int, window: Int, stride: Int, dilation: Int, padding: Convolution.Padding, outputPadding: Int?
  ) -> Int? {
    guard arePossible(input: input, window, stride, dilation), (0...largestAxis).contains(outputPadding ?? 0)
    else { return nil }
    let extent = (window - 1) * dilation + 1
    switch (padding, outputPadding) {
    case (.valid, nil): return (input - 1) * stride + max(stride, extent)
    case (.valid, let added?): return (input - 1) * stride + extent + added
    case (_, nil): return input * stride
    case (_, let added?): return (input - 1) * stride + extent - 2 * (extent / 2) + added
    }
  }

  /// How many leading elements of the full transposed convolution are cut off.
  public static func transposedCropBefore(
    input: Int, output: Int, window: Int, stride: Int, dilation: Int, padding: Convolution.Padding
  ) -> Int {
    guard padding != .valid else { return 0 }
    let extent = (window - 1) * dilation + 1
    return max((input - 1) * stride + extent - output, 0) / 2
  }

  /// Whether a window can have these attributes, and sizes can be computed with them.
  private static func arePossible(input: Int, _ attributes: Int...) -> Bool {
    (0...largestAxis).contains(input) && attributes.allSatisfy((1...largestAxis).contains)
  }
}

/// The maximum or the mean over windows of the spatial axes.
///
/// Source: keras/src/layers/pooling/base_pooling.py; ONNX operator specification, MaxPool and AveragePool.
public struct Pooling: Sendable, Hashable {
  /// What becomes of a window.
  public enum Reduction: Sendable, Hashable { case maximum, average }

  public var reduction: Reduction
  public var poolSize: [Int]
  public var strides: [Int]
  public var padding: Padding
  public var dataFormat: DataFormat
  /// The distance of the elements of a window.
  public var dilation: [Int]
  /// Whether a last window that reaches over the end of the padded axis is one, too.
  public var roundsUp: Bool
  /// Whether the mean counts the elements of the padding, which are 0, or only those inside the tensor.
  public var countsPadding: Bool

  /// No dilation is that of windows without gaps.
  public init(
    reduction: Reduction, poolSize: [Int], strides: [Int], padding: Padding,
    dataFormat: DataFormat, dilation: [Int]? = nil, roundsUp: Bool = false, countsPadding: Bool = false
  ) {
    self.dilation = dilation ?? poolSize.map { _ in 1 }
    self.roundsUp = roundsUp
    self.countsPadding = countsPadding
    self.reduction = reduction
    self.poolSize = poolSize
    self.strides = strides
    self.padding = padding
    self.dataFormat = dataFormat
  }
}

extension Pooling {
  /// Whether means count zeros beside the tensor, so that they are not means of its elements.
  public var countsZeros: Bool {
    guard reduction == .average, countsPadding else { return false }
    switch padding {
    case .explicit(let amounts): return roundsUp || amounts.contains { $0.before > 0 || $0.after > 0 }
    case .same: return true
    }
  }
}

/// The maximum or the mean over all spatial axes.
public struct GlobalPooling: Sendable, Hashable {
  public var reduction: Pooling.Reduction
  /// The number of spatial axes.
  public var rank: Int
  public var keepsAxes: Bool
  public var dataFormat: DataFormat

  public init(reduction: Pooling.Reduction, rank: Int, keepsAxes: Bool, dataFormat: DataFormat) {
    self.reduction = reduction
    self.rank = rank
    self.keepsAxes = keepsAxes
    self.dataFormat = dataFormat
  }
}

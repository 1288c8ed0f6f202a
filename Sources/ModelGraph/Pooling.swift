/// The maximum or the mean over windows of the spatial axes.
///
/// The mean counts only elements inside the tensor.
/// Source: keras/src/layers/pooling/base_pooling.py.
public struct Pooling: Sendable, Hashable {
  /// What becomes of a window.
  public enum Reduction: Sendable, Hashable { case maximum, average }

  public var reduction: Reduction
  public var poolSize: [Int]
  public var strides: [Int]
  /// Elements that are never counted.
  public var padding: Padding
  public var dataFormat: DataFormat

  public init(
    reduction: Reduction, poolSize: [Int], strides: [Int], padding: Padding,
    dataFormat: DataFormat
  ) {
    self.reduction = reduction
    self.poolSize = poolSize
    self.strides = strides
    self.padding = padding
    self.dataFormat = dataFormat
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

import Inference
import ModelGraph

/// A batch normalization as it is during training: it normalizes by the batch and updates its moving statistics.
///
/// ```swift
/// var layer = TrainingBatchNormalization(
///   gamma: [1, 1], beta: [0, 0], epsilon: 1e-3, axis: 1,
///   moving: ChannelStatistics(mean: [0, 0], variance: [1, 1]), momentum: 0.99, convention: .fractionKept)
/// let output = try layer.train(on: DenseArray<Float>(shape: [4, 2], values: [1, 2, 3, 4, 5, 6, 7, 8]))
/// ```
///
/// Source: Ioffe and Szegedy, 2015, algorithm 1; Keras and PyTorch, as `MomentumConvention` says.
public struct TrainingBatchNormalization: Sendable {
  public let gamma: [Double]
  public let beta: [Double]
  public let epsilon: Double
  public let axis: Int
  private let convention: MomentumConvention
  private var average: MovingAverage
  /// What inference normalizes by.
  public private(set) var moving: ChannelStatistics

  /// - Parameters:
  ///   - gamma: the scale of each channel.
  ///   - beta: the shift of each channel.
  ///   - epsilon: what is added to the variance.
  ///   - axis: the axis of the channels, from 0; the batch is axis 0.
  ///   - moving: the moving statistics to begin with.
  ///   - momentum: as the convention means it.
  ///   - convention: which framework's layer it is.
  public init(
    gamma: [Double], beta: [Double], epsilon: Double, axis: Int, moving: ChannelStatistics, momentum: Double,
    convention: MomentumConvention
  ) {
    precondition(gamma.count == moving.channels && beta.count == moving.channels && axis > 0)
    self.gamma = gamma
    self.beta = beta
    self.epsilon = epsilon
    self.axis = axis
    self.moving = moving
    self.convention = convention
    average = MovingAverage(
      from: moving, staying: convention.staying(momentum),
      variance: convention == .fractionKept ? .biased : .unbiased)
  }

  /// A step of training: gamma * (x - mean of the batch) / sqrt(its biased variance + epsilon) + beta.
  ///
  /// - Returns: an array of the input's shape; the moving statistics have moved.
  /// - Throws: `SingleValue` for one value a channel in the convention of PyTorch, which refuses it as well.
  public mutating func train<Scalar: InferenceScalar>(
    on input: DenseArray<Scalar>
  ) throws(BatchStatistics.SingleValue) -> DenseArray<Scalar> {
    let batch = BatchStatistics(of: input, axis: axis)
    try average.update(with: batch)
    moving = average.statistics ?? moving
    return normalized(input, by: batch.biased)
  }

  /// Inference: gamma * (x - moving mean) / sqrt(moving variance + epsilon) + beta.
  public func infer<Scalar: InferenceScalar>(on input: DenseArray<Scalar>) -> DenseArray<Scalar> {
    normalized(input, by: moving)
  }

  private func normalized<Scalar: InferenceScalar>(
    _ input: DenseArray<Scalar>, by statistics: ChannelStatistics
  ) -> DenseArray<Scalar> {
    let scale = gamma.indices.map { channel in
      Scalar(statistics.scale(ofChannel: channel, gamma: gamma[channel], epsilon: epsilon))
    }
    return Scalar.normalize(
      input, mean: statistics.mean.map { Scalar($0) }, scale: scale, beta: beta.map { Scalar($0) },
      axis: axis,
      sharing: .none)
  }
}

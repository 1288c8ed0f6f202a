import Inference
import ModelGraph

/// Mean and variance of each channel over some values, in Double, whatever the values are in.
///
/// They are kept as count, mean and sum of squared deviations, which merge without a loss.
/// Source: Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979.
public struct BatchStatistics: Sendable, Equatable {
  /// Values of one channel: m in the papers.
  public private(set) var count: Int
  /// The mean of each channel.
  public private(set) var mean: [Double]
  /// For each channel, the sum of (x - mean)^2.
  public private(set) var squaredDeviations: [Double]

  public var channels: Int { mean.count }

  /// Of no values.
  public init(channels: Int) {
    count = 0
    mean = [Double](repeating: 0, count: channels)
    squaredDeviations = mean
  }

  /// Of an array: over all axes but one.
  ///
  /// - Parameters:
  ///   - array: such as [N, C], or [N, H, W, C] with the channels on any axis but the first.
  ///   - axis: the axis of the channels, from 0.
  ///   - sharing: the threads that work on it; the result does not depend on them.
  public init<Scalar: InferenceScalar>(
    of array: DenseArray<Scalar>, axis: Int, sharing: WorkSharing = .none
  ) {
    self = Scalar.blockMoments(of: array, axis: axis, sharing: sharing).reduce(
      into: BatchStatistics(channels: array.shape[axis])
    ) { all, block in
      all.merge(
        BatchStatistics(
          count: block.count, mean: Array(block.mean), squaredDeviations: Array(block.squaredDeviations)))
    }
  }

  private init(count: Int, mean: [Double], squaredDeviations: [Double]) {
    self.count = count
    self.mean = mean
    self.squaredDeviations = squaredDeviations
  }

  /// Takes further values in, as if they had been among these from the start.
  ///
  /// - Precondition: they have as many channels.
  public mutating func merge(_ other: BatchStatistics) {
    precondition(channels == other.channels)
    guard other.count > 0 else { return }
    let total = Double(count + other.count)
    let share = Double(other.count) / total
    let weight = Double(count) * share
    for channel in mean.indices {
      let distance = other.mean[channel] - mean[channel]
      mean[channel] += distance * share
      squaredDeviations[channel] += other.squaredDeviations[channel] + distance * distance * weight
    }
    count += other.count
  }

  /// Mean and variance dividing by m, by which training normalizes.
  ///
  /// - Precondition: there is at least one value a channel.
  public var biased: ChannelStatistics {
    precondition(count > 0)
    return ChannelStatistics(mean: mean, variance: squaredDeviations.map { $0 / Double(count) })
  }

  /// Mean and variance dividing by m - 1: Bessel's correction.
  ///
  /// - Throws: `SingleValue` for one value a channel, which has no such variance.
  public func unbiased() throws(SingleValue) -> ChannelStatistics {
    guard count > 1 else { throw SingleValue() }
    return ChannelStatistics(mean: mean, variance: squaredDeviations.map { $0 / Double(count - 1) })
  }

  /// Mean and variance dividing by m - 1, or by 1 for one value a channel, as the fused operation of TensorFlow has it.
  ///
  /// Source: tensorflow/core/kernels/fused_batch_norm_op.cc, `rest_size_minus_one`.
  ///
  /// - Precondition: there is at least one value a channel.
  public var fused: ChannelStatistics {
    precondition(count > 0)
    return ChannelStatistics(mean: mean, variance: squaredDeviations.map { $0 / Double(max(1, count - 1)) })
  }

  /// Of some of the channels.
  func picking(_ channels: [Int]) -> BatchStatistics {
    BatchStatistics(
      count: count, mean: channels.map { mean[$0] }, squaredDeviations: channels.map { squaredDeviations[$0] }
    )
  }

  public var isFinite: Bool { mean.allSatisfy(\.isFinite) && squaredDeviations.allSatisfy(\.isFinite) }

  /// One value a channel has no unbiased variance: it would be 0 / 0.
  public struct SingleValue: Error {}
}

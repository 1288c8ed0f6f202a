import ModelGraph
import Tensor

/// What calibration has found for each batch normalization.
public struct CalibrationReport: Sendable {
  /// Those with new statistics, in the order of their graphs.
  public var layers: [CalibratedLayer]
  /// Those that stay as they are, and why.
  public var kept: [KeptLayer]
  /// How often the data were gone through.
  public var passes: Int
  /// How the estimates of one layer came about, if that was asked for.
  public var trace: ConvergenceTrace?

  public init(layers: [CalibratedLayer], kept: [KeptLayer], passes: Int, trace: ConvergenceTrace?) {
    self.layers = layers
    self.kept = kept
    self.passes = passes
    self.trace = trace
  }

  /// A batch normalization that is not calibrated.
  public struct KeptLayer: Sendable, Hashable {
    /// The layer, with the models around it.
    public let layer: ByteString
    public let reason: String
    /// Whether it is only because it was not asked for.
    public let isUnwanted: Bool

    public init(layer: ByteString, reason: String, isUnwanted: Bool = false) {
      self.layer = layer
      self.reason = reason
      self.isUnwanted = isUnwanted
    }
  }
}

/// A batch normalization with its statistics before and after.
public struct CalibratedLayer: Sendable {
  public let address: LayerAddress
  /// The layer, with the models around it.
  public let layer: ByteString
  /// What is added to the variance.
  public let epsilon: Double
  /// As the file has them.
  public let old: ChannelStatistics
  /// As the file will have them: rounded to its element type.
  public let new: ChannelStatistics
  /// Values of each channel that were seen.
  public let valueCount: Int

  public init(
    address: LayerAddress, layer: ByteString, epsilon: Double, old: ChannelStatistics, new: ChannelStatistics,
    valueCount: Int
  ) {
    self.address = address
    self.layer = layer
    self.epsilon = epsilon
    self.old = old
    self.new = new
    self.valueCount = valueCount
  }

  /// Whether the old statistics are such that the new ones can be compared with them.
  public var wasUsable: Bool {
    old.mean.allSatisfy(\.isFinite) && old.variance.allSatisfy { $0.isFinite && $0 + epsilon > 0 }
  }

  /// How far the mean of each channel has moved, in standard deviations of the new statistics.
  public var meanShifts: [Double] {
    new.mean.indices.map { channel in
      abs(new.mean[channel] - old.mean[channel]) / (new.variance[channel] + epsilon).squareRoot()
    }
  }

  /// By what the variance of each channel was multiplied, epsilon being part of both.
  public var varianceRatios: [Double] {
    new.variance.indices.map { channel in
      (new.variance[channel] + epsilon) / (old.variance[channel] + epsilon)
    }
  }
}

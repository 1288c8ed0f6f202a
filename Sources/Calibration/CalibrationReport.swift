import Bytes
import ModelGraph

/// What calibration has found for each batch normalization.
public struct CalibrationReport: Sendable, Codable {
  /// Those with new statistics, in the order of their graphs.
  public var layers: [CalibratedLayer]
  /// Those that stay as they are, and why.
  public var kept: [KeptLayer]
  /// How often the data were gone through.
  public var passes: Int
  /// How the estimates of one layer came about, if that was asked for.
  public var trace: ConvergenceTrace?

  /// A batch normalization that is not calibrated.
  public struct KeptLayer: Sendable, Hashable, Codable {
    /// The layer, with the models around it.
    public let layer: ByteString
    public let reason: String
    /// Whether it is only because it was not asked for.
    public let isUnwanted: Bool
  }
}

/// A batch normalization with its statistics before and after.
public struct CalibratedLayer: Sendable, Codable {
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

  /// Whether the old statistics are such that the new ones can be compared with them.
  public var wasUsable: Bool {
    old.mean.allSatisfy(\.isFinite) && old.variance.allSatisfy { $0.isFinite && $0 + epsilon > 0 }
  }

  /// How far the mean of the channels has moved, in standard deviations of the new statistics.
  public var meanShift: ChannelSpread {
    ChannelSpread(
      of: new.mean.indices.map { channel in
        abs(new.mean[channel] - old.mean[channel]) / (new.variance[channel] + epsilon).squareRoot()
      })
  }

  /// By what the variance of the channels was multiplied, epsilon being part of both.
  public var varianceRatio: ChannelSpread {
    ChannelSpread(
      of: new.variance.indices.map { channel in
        (new.variance[channel] + epsilon) / (old.variance[channel] + epsilon)
      })
  }
}

import Elements

/// Batch normalization at inference: gamma * (x - mean) / sqrt(variance + epsilon) + beta, per channel.
///
/// Source: Ioffe and Szegedy, "Batch Normalization", 2015, section 3.1;
/// keras/src/layers/normalization/batch_normalization.py.
public struct BatchNormalization: Sendable, Hashable {
  /// The axes of the statistics, as the architecture has them: one, and possibly negative, as a rule.
  public var axes: [Int]
  public var epsilon: Double
  /// Whether there is a beta.
  public var centers: Bool
  /// Whether there is a gamma.
  public var scales: Bool
  /// Whether there are three more weights, which matter in training only (batch renormalization).
  public var renormalizes: Bool
  /// What of a moving statistic stays when training moves it, in Keras's sense; nil if the architecture's is not a number.
  public var momentum: Double?
  /// Whether training takes the statistics over all devices, which rules out the fused operation of TensorFlow.
  public var isSynchronized: Bool
  /// An attribute with an unknown effect, as a reason not to touch the layer.
  public var obstacle: String?
  /// What kind of an obstacle that is.
  public var obstacleKind = ObstacleKind.unknown

  /// Why a batch normalization is known by its name only.
  public enum ObstacleKind: Sendable {
    case unknown
    /// It uses the statistics of the batch.
    case trainingMode
    /// It has statistics for each place, not for each channel.
    case statisticsPerPlace
    /// Its further outputs, the statistics of the batch, are named.
    case severalOutputs
    /// What it reads is the same for every input.
    case constantInput
  }

  public init(
    axes: [Int], epsilon: Double, centers: Bool, scales: Bool, renormalizes: Bool = false,
    momentum: Double? = 0.99, isSynchronized: Bool = false, obstacle: String? = nil
  ) {
    self.axes = axes
    self.epsilon = epsilon
    self.centers = centers
    self.scales = scales
    self.renormalizes = renormalizes
    self.momentum = momentum
    self.isSynchronized = isSynchronized
    self.obstacle = obstacle
  }
}

extension BatchNormalization {
  /// The only axis that it normalizes, from 0; nil if it fits no array of this rank.
  public func axis(rank: Int) -> Int? {
    guard axes.count == 1, let axis = normalizedAxis(axes[0], rank: rank), axis > 0 else { return nil }
    return axis
  }

  /// The axis of its channels, which several axes are together; nil if they do not fit the statistics.
  ///
  /// With several axes the statistics have the rank of the input, and size 1 along every other axis.
  /// Source: keras/layers/normalization/batch_normalization.py (Keras 2) `build`, `param_shape`.
  ///
  /// - Parameter statistics: the shape of the running mean.
  public func channelAxis(statistics: Shape) -> ChannelAxis? {
    guard axes.count != 1 else { return ChannelAxis(written: axes[0]) }
    let rank = statistics.count
    let places = axes.compactMap { normalizedAxis($0, rank: rank) }
    guard !places.isEmpty, Set(places).count == axes.count, !places.contains(0),
      statistics.indices.allSatisfy({ places.contains($0) || statistics[$0] == 1 })
    else { return nil }
    let distances = places.sorted().filter { statistics[$0] != 1 }.map { rank - $0 }
    guard distances.count > 1 else { return .fromBack(distances.first ?? rank - places[0]) }
    return .joined(fromBack: distances)
  }
}

/// Normalization of each sample over some axes, each element with its own gamma and beta.
///
/// Source: Ba, Kiros and Hinton, "Layer Normalization", 2016; keras/src/layers/normalization/layer_normalization.py and
/// rms_normalization.py.
public struct LayerNormalization: Sendable, Hashable {
  /// What is subtracted, and what the elements are divided by.
  public enum Kind: Sendable, Hashable {
    /// (x - mean) / sqrt(variance + epsilon).
    case standard
    /// x / sqrt(variance + epsilon): the attribute `rms_scaling` of Keras 3, which is not RMSNormalization.
    case scaledByVariance
    /// x / sqrt(mean(x^2) + epsilon).
    case rootMeanSquare
  }

  public var kind: Kind
  public var axes: [Int]
  public var epsilon: Double
  /// Whether there is a gamma.
  public var scales: Bool
  /// Whether there is a beta.
  public var centers: Bool

  public init(kind: Kind, axes: [Int], epsilon: Double, scales: Bool, centers: Bool) {
    self.kind = kind
    self.axes = axes
    self.epsilon = epsilon
    self.scales = scales
    self.centers = centers
  }
}

/// Normalization of each sample over contiguous groups of channels, each channel with its own gamma and beta.
///
/// Source: Wu and He, "Group Normalization", 2018; keras/src/layers/normalization/group_normalization.py.
public struct GroupNormalization: Sendable, Hashable {
  /// How many groups there are; nil for one a channel.
  public var groups: Int?
  /// The axis of the channels.
  public var axis: Int
  public var epsilon: Double
  /// Whether there is a gamma.
  public var scales: Bool
  /// Whether there is a beta.
  public var centers: Bool

  public init(groups: Int?, axis: Int, epsilon: Double, scales: Bool, centers: Bool) {
    self.groups = groups
    self.axis = axis
    self.epsilon = epsilon
    self.scales = scales
    self.centers = centers
  }
}

/// (x - mean) / max(sqrt(variance), 1e-7), or its inverse, with statistics of the training data: Keras's Normalization.
///
/// Source: keras/src/layers/preprocessing/normalization.py.
public struct DataNormalization: Sendable, Hashable {
  /// The axes that the statistics have, in ascending order once they are counted from the front.
  public var axes: [Int]
  /// Mean and variance where the architecture has them, one number or one a channel; nil where they are weights.
  public var statistics: Statistics?
  public var isInverse: Bool

  /// Mean and variance, as many of each.
  public struct Statistics: Sendable, Hashable {
    public var mean: [Double]
    public var variance: [Double]

    public init(mean: [Double], variance: [Double]) {
      self.mean = mean
      self.variance = variance
    }
  }

  public init(axes: [Int], statistics: Statistics?, isInverse: Bool) {
    self.axes = axes
    self.statistics = statistics
    self.isInverse = isInverse
  }
}

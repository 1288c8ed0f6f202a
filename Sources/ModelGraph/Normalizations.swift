import Tensor

/// Batch normalization at inference: gamma * (x - mean) / sqrt(variance + epsilon) + beta, per channel.
///
/// Source: Ioffe and Szegedy, "Batch Normalization", 2015, section 3.1;
/// keras/src/layers/normalization/batch_normalization.py.
public struct BatchNormalization: Sendable {
  /// The axes of the statistics, as the architecture has them: one, and possibly negative, as a rule.
  public var axes: [Int]
  public var epsilon: Double
  /// Whether there is a beta.
  public var centers: Bool
  /// Whether there is a gamma.
  public var scales: Bool
  /// Whether there are three more weights, which matter in training only (batch renormalization).
  public var renormalizes: Bool
  /// An attribute with an unknown effect, as a reason not to touch the layer.
  public var obstacle: String?

  public init(
    axes: [Int], epsilon: Double, centers: Bool, scales: Bool, renormalizes: Bool = false,
    obstacle: String? = nil
  ) {
    self.axes = axes
    self.epsilon = epsilon
    self.centers = centers
    self.scales = scales
    self.renormalizes = renormalizes
    self.obstacle = obstacle
  }
}

/// Normalization of each sample over some axes.
///
/// Source: keras/src/layers/normalization/layer_normalization.py.
public struct LayerNormalization: Sendable {
  public var axes: [Int]
  public var epsilon: Double

  public init(axes: [Int], epsilon: Double) {
    self.axes = axes
    self.epsilon = epsilon
  }
}

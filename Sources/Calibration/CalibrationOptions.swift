import Bytes
import Elements

/// How statistics are estimated, and of which layers.
public struct CalibrationOptions: Sendable, Equatable, Codable {
  public var method: EstimationMethod
  /// For moving averages, as the convention means it; nil for each layer's own.
  public var momentum: Double?
  /// For moving averages: what the momentum means and which variance is taken.
  public var convention: MomentumConvention
  /// Which batch normalizations are estimated; nil for all that training would change.
  public var layers: [LayerPattern]?
  /// Whether each is estimated with those before it done, normalizing as at inference.
  public var isSequential: Bool
  /// What is computed in: float32 or float64.
  public var elementType: ElementType
  /// The layer whose estimates are watched from batch to batch; nil for none.
  public var watched: WatchedLayer?

  /// A layer whose estimates are watched.
  public enum WatchedLayer: Sendable, Hashable, Codable {
    /// The first that is estimated.
    case first
    case named(ByteString)
  }

  public init(
    method: EstimationMethod = .pooled, momentum: Double? = nil,
    convention: MomentumConvention = .fractionKept,
    layers: [LayerPattern]? = nil, isSequential: Bool = false, elementType: ElementType = .float32,
    watched: WatchedLayer? = nil
  ) {
    self.method = method
    self.momentum = momentum
    self.convention = convention
    self.layers = layers
    self.isSequential = isSequential
    self.elementType = elementType
    self.watched = watched
  }
}

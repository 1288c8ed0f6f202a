import ModelGraph
import Tensor

/// Why a batch normalization stays.
public struct Refusal: Error, Sendable, Equatable {
  /// A stable name for programs.
  public enum Code: String, Sendable, CaseIterable {
    /// What comes before is not a layer that can take a scale and a shift.
    case noProducer = "no-producer"
    /// There is an activation between the linear part and the batch normalization.
    case activation
    /// Something else reads the output that would change.
    case sharedOutput = "shared-output"
    /// The output that would change is an output of the model.
    case modelOutput = "model-output"
    /// A layer is called more than once, so that changing it changes other results.
    case sharedLayer = "shared-layer"
    /// The batch normalization's axis is not the axis of the layer's output channels.
    case axisMismatch = "axis-mismatch"
    /// The layer runs with the statistics of the batch.
    case trainingMode = "training-mode"
    /// A statistic or a weight is NaN or infinite.
    case notFinite = "not-finite"
    /// variance + epsilon is not positive.
    case varianceNotPositive = "variance-not-positive"
    /// A folded weight does not fit its element type.
    case overflow
    /// The two layers compute in different precision, so that the rounding would move.
    case precisionPolicy = "dtype-policy"
    /// A layer is involved that bnfold does not understand.
    case opaqueLayer = "opaque-layer"
    /// The weights have a type that bnfold does not compute with.
    case elementType = "element-type"
    /// The numbers of statistics and channels differ.
    case statisticsShape = "statistics-shape"
    /// Names alone do not tell what comes before it, and no rule is sure.
    case noSafeRule = "no-safe-rule"
    /// The plan of the user does not have it.
    case notPlanned = "not-planned"
    /// Keras 3 would add the new bias along another axis.
    case kerasBiasAdd = "keras-bias-add"
  }

  public let code: Code
  /// A sentence for people, which says where and with which numbers.
  public let reason: String

  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }
}

import ModelGraph

/// Why a batch normalization stays.
public struct Refusal: Error, Sendable, Equatable, Codable {
  /// A stable name for programs.
  public enum Code: String, Sendable, CaseIterable, Codable {
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
    /// The framework would add the new bias along another axis.
    case biasAxis = "keras-bias-add"
    /// A layer in between commutes with a scale, and not with a shift.
    case shift
    /// A layer in between commutes with a positive scale, and not with a negative one.
    case negativeScale = "negative-scale"
    /// Something would need the inverse of a scale that has none.
    case zeroScale = "zero-scale"
    /// Zeros at the borders of a convolution would have to be shifted as well.
    case padding
    /// A layer behind it cannot take a scale and a shift at its input.
    case noConsumer = "no-consumer"
    /// One tensor would have to be changed in two ways.
    case conflict
    /// The model would become larger than it may.
    case growth
    /// It has statistics for each place, not for each channel.
    case statisticsPerPlace = "statistics-per-place"
    /// It gives the statistics of the batch besides, as in training.
    case severalOutputs = "several-outputs"
    /// The caller may give a weight another value.
    case overridable
    /// Values or weights are rounded to few numbers, by which a fold would have to go.
    case quantized
    /// variance + epsilon is 0, for which runtimes compute different numbers.
    case runtimeDependent = "runtime-dependent"
    /// A convolution beside it reads the same tensor, and cannot take it.
    case branch
    /// The user has left the layer or the rule out.
    case skipped
  }

  public let code: Code
  /// A sentence for people, which says where and with which numbers.
  public let reason: String

  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }
}

extension Refusal {
  /// A number with three digits or so, for a sentence.
  static func brief(_ value: Double) -> String {
    guard abs(value) >= 1e-3, abs(value) < 1e6 else { return "\(Float(value))" }
    let rounded = (value * 1000).rounded() / 1000
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
  }
}

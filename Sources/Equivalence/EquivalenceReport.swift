import Tensor

/// Whether two models compute the same, and how far they are apart.
public struct EquivalenceReport: Sendable {
  /// Each fold on its own.
  public let folds: [FoldComparison]
  /// The whole models.
  public let wholeModel: WholeModelComparison

  public init(folds: [FoldComparison], wholeModel: WholeModelComparison) {
    self.folds = folds
    self.wholeModel = wholeModel
  }

  /// Whether everything that could be compared is equal within its tolerance.
  public var passed: Bool { wholeModel.passed && folds.allSatisfy(\.passed) }

  /// Whether the whole models were run.
  public var isComplete: Bool { if case .compared = wholeModel { true } else { false } }
}

/// A layer and its batch normalizations against the folded layer.
public struct FoldComparison: Sendable {
  /// The layer's name, with the models around it.
  public let layer: ByteString
  /// The largest error of a channel, in units of the last place of the stored type.
  ///
  /// The unit is taken at the size of the terms that the layer adds up: rounding every weight once moves the result
  /// by at most half of it.
  public let largestError: Double
  /// The channel that has it.
  public let channel: Int
  /// The largest error that rounding explains.
  public let tolerance: Double
  /// Why the comparison could not be made; then it does not pass.
  public let obstacle: String?
  /// Weights of the folded layer that are subnormal numbers, which are slow to compute with on many processors.
  public var subnormalWeights: Int

  public init(
    layer: ByteString, largestError: Double, channel: Int, tolerance: Double, obstacle: String?,
    subnormalWeights: Int = 0
  ) {
    self.layer = layer
    self.largestError = largestError
    self.channel = channel
    self.tolerance = tolerance
    self.obstacle = obstacle
    self.subnormalWeights = subnormalWeights
  }

  public var passed: Bool { obstacle == nil && largestError <= tolerance }
}

/// The comparison of whole models.
public enum WholeModelComparison: Sendable {
  case compared([OutputComparison])
  /// A layer cannot be run; then all layers but the folded ones are unchanged.
  case notPossible(String)
  /// The models differ in their inputs or outputs, or, where they cannot be run, in what no fold concerns.
  case different(String)

  /// Whether nothing speaks against it that they are equal.
  public var passed: Bool {
    switch self {
    case .compared(let outputs): outputs.allSatisfy(\.passed)
    case .notPossible: true
    case .different: false
    }
  }
}

/// One output of both models for the same input.
public struct OutputComparison: Sendable {
  /// Which output, from 0.
  public let output: Int
  /// `float64` or `float32`: the arithmetic of the forward pass.
  public let arithmetic: ElementType
  /// Whether the values before the final activation were compared.
  public let isBeforeActivation: Bool
  /// The largest difference, relative to the largest magnitude of the original's output.
  public let relativeError: Double
  public let tolerance: Double

  public init(
    output: Int, arithmetic: ElementType, isBeforeActivation: Bool, relativeError: Double, tolerance: Double
  ) {
    self.output = output
    self.arithmetic = arithmetic
    self.isBeforeActivation = isBeforeActivation
    self.relativeError = relativeError
    self.tolerance = tolerance
  }

  public var passed: Bool { relativeError <= tolerance }
}

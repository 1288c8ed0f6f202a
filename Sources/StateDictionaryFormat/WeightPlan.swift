import Bytes
import ModelGraph

/// What is folded into what, in a file that has weights but no graph.
public struct WeightPlan: Sendable {
  /// The family of models by whose rules it was proposed; nil for none.
  public var family: String?
  /// How sure the proposal is; nil without a family, and in a plan that the user has written.
  public var confidence: Confidence?
  public var folds: [PlannedFold]
  /// Batch normalizations for which nothing is proposed.
  public var open: [OpenNormalization]

  /// How sure a proposal is that the weights are of its family, on which all its pairs depend.
  public enum Confidence: String, Sendable, Codable, CaseIterable {
    /// No other network that we know has these names, or the shapes rule the others out.
    case high
    /// Names and shapes fit, but would fit a network of another order, too.
    case medium
  }

  public init(
    family: String? = nil, confidence: Confidence? = nil, folds: [PlannedFold] = [],
    open: [OpenNormalization] = []
  ) {
    self.family = family
    self.confidence = confidence
    self.folds = folds
    self.open = open
  }
}

/// A batch normalization and the kernel that takes it in.
public struct PlannedFold: Sendable {
  /// What becomes of the tensors of the batch normalization.
  public enum Outcome: String, Sendable, CaseIterable, Codable {
    /// They are gone, and the bias is a tensor of its own: for a module without this batch normalization.
    case remove
    /// They become the identity, with the bias as the shift: the unchanged module loads the file.
    case reset
  }

  public var kernel: ByteString
  /// The bias; a tensor of this name is made if there is none and the batch normalization is removed.
  public var bias: ByteString
  public var layout: KernelLayout
  public var gamma: ByteString?
  public var beta: ByteString?
  public var mean: ByteString
  public var variance: ByteString
  /// Tensors that go with the batch normalization, such as the number of batches.
  public var others: [ByteString]
  /// What is added to the variance, which is not in the file; nil where the user has to add it.
  public var epsilon: Double?
  public var outcome: Outcome
  /// Why this pair was proposed; empty in a plan that the user has written.
  public var reason: String

  /// The tensors of the batch normalization.
  var normalizationNames: [ByteString] { [mean, variance] + [gamma, beta].compactMap { $0 } + others }

  /// The batch normalization's name: what the names of its statistics begin with.
  public var normalization: ByteString {
    NormalizationNames.name(ofMean: mean) ?? mean
  }
}

/// A batch normalization that stays, with the reason.
public struct OpenNormalization: Sendable {
  public let name: ByteString
  public let reason: String

  public init(name: ByteString, reason: String) {
    self.name = name
    self.reason = reason
  }
}

import ModelGraph

/// Which rules may be used.
public struct FoldingRules: Sendable, Equatable, Codable {
  /// The names of the rules; nil for all.
  public let names: Set<String>?

  /// Every rule that is exact.
  public static let all = FoldingRules(allowed: nil)

  /// Only folding into the layer right before.
  public static let direct = FoldingRules(allowed: Set(ProducerRules.names + [ThroughIdentity.name]))

  /// Nothing is folded.
  public static let nothing = FoldingRules(allowed: [])

  private init(allowed names: Set<String>?) { self.names = names }

  /// - Returns: nil if one of the names is not that of a rule.
  public init?(names: [String]) {
    guard names.allSatisfy(Self.knownNames.contains) else { return nil }
    self.names = Set(names)
  }

  /// The names of all rules, as they stand in the ledger.
  public static var knownNames: [String] {
    ProducerRules.names + ConsumerRules.names + Passages.all.map { $0.name }
  }

  /// What a rule does, in a line; nil for a name that is not that of a rule.
  public static func summary(of name: String) -> String? {
    switch name {
    case LinearMap.Kind.dense.rawValue: "the dense layer's kernel and bias take in scale and shift"
    case LinearMap.Kind.convolution.rawValue, LinearMap.Kind.transposedConvolution.rawValue:
      "the convolution's kernel takes in the scale along its output channels, its bias the shift"
    case LinearMap.Kind.depthwiseConvolution.rawValue:
      "the depthwise kernel takes in the scale, the bias the shift"
    case LinearMap.Kind.separableConvolution.rawValue:
      "the pointwise kernel takes in the scale, the bias the shift"
    case FoldIntoEinsumDense.name: "the kernel takes in the scale along an output label, the bias the shift"
    case FoldIntoEmbedding.name: "each row of the table is scaled and shifted"
    case FoldIntoBatchNormalization.name: "another batch normalization's gamma and beta take it in"
    case InputOfLinearLayer.names[0]:
      "a dense layer after it takes the scale along its inputs, its bias the sum of the shifts"
    case InputOfLinearLayer.names[1]:
      "a convolution after it takes the scale along its input channels, its bias the sum of the shifts"
    case InputOfLinearLayer.names[2]:
      "a transposed convolution after it takes the scale along its input channels"
    case InputOfEinsumDense.name: "an einsum layer after it takes the scale along a label that it sums over"
    case InputOfBatchNormalization.name: "a batch normalization after it takes it into gamma and mean"
    case ThroughIdentity.name: "a layer that does nothing at inference is passed"
    case ThroughReshaping.name: "a change of shape is passed, the channels tiled"
    case ThroughPermutation.name: "a permutation of the axes is passed"
    case ThroughCropping.name: "a cropping is passed"
    case ThroughAveraging.name: "a mean with weights that sum to one is passed"
    case ThroughMaximum.name: "a maximum is passed, since no scale is negative"
    case ThroughZeroPadding.name: "added zeros are passed, since there is no shift"
    case ThroughRectification.name:
      "a ReLU or its like is passed, since no scale is negative and there is no shift"
    case ThroughChannelAffine.name: "another scale and shift of the same channels is passed"
    case SplitAtConcatenation.name: "each part of a concatenation takes its channels"
    case SplitAtSum.name: "each term of a sum takes the scale, one of them the shift"
    case SplitAtMaximum.name: "each of the tensors that are compared takes it, since no scale is negative"
    case ThroughProduct.name: "one factor takes the scale, since there is no shift"
    default: nil
    }
  }

  func allows(_ rule: String) -> Bool { names.map { $0.contains(rule) } ?? true }
}

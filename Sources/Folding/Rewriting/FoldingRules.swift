/// Which rules may be used.
public struct FoldingRules: Sendable, Equatable {
  /// The names of the rules; nil for all.
  private let names: Set<String>?

  /// Every rule that is exact.
  public static let all = FoldingRules(allowed: nil)

  /// Only folding into the layer right before.
  public static let direct = FoldingRules(
    allowed: [
      FoldIntoDense.name, FoldIntoConvolution.name, "depthwise-convolution", "separable-convolution",
      "transposed-convolution", FoldIntoEinsumDense.name, FoldIntoBatchNormalization.name,
      ThroughIdentity.name,
    ])

  private init(allowed names: Set<String>?) { self.names = names }

  /// - Returns: nil if one of the names is none of a rule.
  public init?(names: [String]) {
    guard names.allSatisfy(Self.knownNames.contains) else { return nil }
    self.names = Set(names)
  }

  /// The names of all rules, as they stand in the ledger.
  public static var knownNames: [String] {
    [
      FoldIntoDense.name, FoldIntoConvolution.name, "depthwise-convolution", "separable-convolution",
      "transposed-convolution", FoldIntoEinsumDense.name, FoldIntoEmbedding.name,
      FoldIntoBatchNormalization.name, InputOfDense.name, InputOfConvolution.name,
      InputOfTransposedConvolution.name, InputOfEinsumDense.name, InputOfBatchNormalization.name,
    ] + Passages.all.map { $0.name }
  }

  func allows(_ rule: String) -> Bool { names.map { $0.contains(rule) } ?? true }
}

import Bytes

/// What may be folded, and how.
public struct FoldOptions: Sendable, Equatable, Codable {
  public var rules: FoldingRules
  /// Batch normalizations that stay, by their names with the models around them, such as `backbone/bn`.
  public var skipped: Set<ByteString>
  /// By how much the number of weights may grow, relative to the model's.
  public var maxGrowth: Double

  /// Whether convolutions of one tensor that are added become one, once batch normalizations are folded.
  public var mergesBranches: Bool

  public init(
    rules: FoldingRules = .all, skipped: Set<ByteString> = [], maxGrowth: Double = 0.01,
    mergesBranches: Bool = false
  ) {
    self.rules = rules
    self.skipped = skipped
    self.maxGrowth = maxGrowth
    self.mergesBranches = mergesBranches
  }
}

import ModelGraph

/// Which rules may be used.
public struct FoldingRules: Sendable, Equatable, Codable {
  /// The names of the rules; nil for all.
  public let names: Set<String>?

  /// Every rule that is exact.
  public static let all = FoldingRules(allowed: nil)

  /// Only folding into the layer right before.
  public static let direct = FoldingRules(allowed: Set(ProducerRules.names + [ThroughIdentity.name]))

  /// Everything but folding into layers after a batch normalization.
  public static let backwards = FoldingRules(
    allowed: Set(knownNames).subtracting(ConsumerRules.names))

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
    ProducerRules.names + ConsumerRules.names + [AddedConstant.name, ParallelBranch.name]
      + Passages.all.map { $0.name }
  }

  /// Whether a ledger's rule folds into the layer right before; what a plan says does, too.
  public static func isDirect(_ rule: String) -> Bool {
    rule.split(separator: "+").map(String.init).allSatisfy { direct.allows($0) || !knownNames.contains($0) }
  }

  /// What a rule does, in a line; nil for a name that is not that of a rule.
  public static func summary(of name: String) -> String? {
    if name == AddedConstant.name { return AddedConstant.summary }
    if name == ParallelBranch.name { return ParallelBranch.summary }
    return ProducerRules.summary(of: name) ?? ConsumerRules.summary(of: name)
      ?? Passages.all.first { $0.name == name }?.summary
  }

  func allows(_ rule: String) -> Bool { names.map { $0.contains(rule) } ?? true }
}

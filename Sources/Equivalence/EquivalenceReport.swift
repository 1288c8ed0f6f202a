import Bytes

/// What is known of two models: whether they compute the same, and what differs.
public struct EquivalenceReport: Sendable, Codable {
  public let verdict: Verdict
  /// What differs, most important first; empty for equal models.
  ///
  /// Where nothing more could be proven, it is the place.
  public let differences: [Difference]
  /// What the proof has compared.
  public let extent: ProofExtent
  /// For models that are equal within float32 arithmetic: layers with a weight that is not the exact value, rounded once.
  public let unroundedLayers: [ByteString]
  /// What running both models shows.
  public let runs: RunOutcome
  /// Weights of the folded model that are subnormal numbers, which are slow to compute with on many processors.
  public let subnormalWeights: SubnormalWeights
  /// Weights that both models have alike and that are not numbers.
  public let nonFiniteWeights: NonFiniteWeights
  /// Channels with other weights than the exact ones, of which no output depends on what they are.
  public let hiddenDifferences: HiddenDifferences
  /// Layers of the folded model that no output depends on, and that are not those of the original.
  public let unreadDifferences: [ByteString]
  /// Whether the models were given in the wrong order: the second one is the original.
  public let isReversed: Bool
  /// For models of different kinds, which inputs and outputs belong together.
  public let ends: [ModelEndPair]

  public init(
    verdict: Verdict, differences: [Difference], extent: ProofExtent, unroundedLayers: [ByteString],
    runs: RunOutcome, subnormalWeights: SubnormalWeights,
    nonFiniteWeights: NonFiniteWeights = NonFiniteWeights(count: 0, layers: []),
    hiddenDifferences: HiddenDifferences = .none, unreadDifferences: [ByteString] = [],
    isReversed: Bool = false, ends: [ModelEndPair] = []
  ) {
    (self.verdict, self.differences, self.extent) = (verdict, differences, extent)
    (self.unroundedLayers, self.runs) = (unroundedLayers, runs)
    (self.subnormalWeights, self.nonFiniteWeights) = (subnormalWeights, nonFiniteWeights)
    (self.hiddenDifferences, self.unreadDifferences) = (hiddenDifferences, unreadDifferences)
    (self.isReversed, self.ends) = (isReversed, ends)
  }
}

extension EquivalenceReport {
  /// Whether both were proven to be equal.
  public var passed: Bool { verdict.isEqual }

  /// Whether both were run, too.
  public var isComplete: Bool { runs.isRun }
}

/// Whether two models compute the same.
public enum Verdict: String, Sendable, CaseIterable, Codable {
  /// Proven: each weight of the folded model that an output depends on is the exact value, rounded once.
  case equal
  /// Proven but for the roundings of a fold that was computed in float32.
  case equalWithinFloat32 = "equal-within-float32"
  /// Something differs.
  case different
  /// Nothing was found that differs, and the proof came to an end before the outputs.
  case notProven = "not-proven"
  /// Models of different kinds that are not proven, and agree but for rounding where they were run.
  case sampled

  public var isEqual: Bool { self == .equal || self == .equalWithinFloat32 }
}

/// What a proof has compared.
public struct ProofExtent: Sendable, Equatable, Codable {
  /// Calls of layers that both models have.
  public let calls: Int
  /// Elements of the weights of the original that were compared.
  public let weights: Int
  /// Elements of types that bnfold only carries, and does not compare.
  public let carriedWeights: Int
  /// Elements of layers of the original that no output depends on.
  public let unreadWeights: Int
  /// Whether there are weights of float64, whose exact values are themselves computed in float64.
  public let hasFloat64: Bool

  public init(
    calls: Int, weights: Int, carriedWeights: Int = 0, unreadWeights: Int = 0, hasFloat64: Bool = false
  ) {
    (self.calls, self.weights) = (calls, weights)
    (self.carriedWeights, self.unreadWeights) = (carriedWeights, unreadWeights)
    self.hasFloat64 = hasFloat64
  }
}

/// Weights that are exact in their way, but slow to compute with on many processors.
public struct SubnormalWeights: Sendable, Equatable, Codable {
  public let count: Int
  /// The layers that have them.
  public let layers: [ByteString]

  public init(count: Int, layers: [ByteString]) { (self.count, self.layers) = (count, layers) }

  init(_ found: (count: Int, layers: [ByteString])) { self.init(count: found.count, layers: found.layers) }
}

/// Channels whose weights are not the exact values where the outputs are the same for other weights as well.
///
/// A ReLU that is closed, or a factor of 0, keeps them from every output.
public struct HiddenDifferences: Sendable, Equatable, Codable {
  /// How many channels there are.
  public let count: Int
  /// The layers that have them.
  public let layers: [ByteString]

  public init(count: Int, layers: [ByteString]) { (self.count, self.layers) = (count, layers) }

  /// That each weight was compared.
  public static let none = HiddenDifferences(count: 0, layers: [])
}

/// Weights that are NaN or infinite, which a fold carries as they are.
public struct NonFiniteWeights: Sendable, Equatable, Codable {
  public let count: Int
  /// The layers that have them.
  public let layers: [ByteString]

  public init(count: Int, layers: [ByteString]) { (self.count, self.layers) = (count, layers) }

  init(_ found: (count: Int, layers: [ByteString])) { self.init(count: found.count, layers: found.layers) }
}

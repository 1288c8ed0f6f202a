import Bytes
import Elements
import Inference
import ModelGraph

/// Checks that a folded model computes the same as the original.
public struct EquivalenceCheck: Sendable {
  public let original: Model
  public let folded: Model
  /// The folded model before its weights were rounded; nil where that is not known.
  public let exact: Model?
  /// Whether weights whose bits cannot be read are known to have been carried as they were.
  public let trustsCarriedWeights: Bool
  /// Inputs and outputs of models of different kinds that belong together, whatever they are called.
  public let pairs: [NamedPair]

  public init(
    original: Model, folded: Model, exact: Model? = nil, trustsCarriedWeights: Bool = false,
    pairs: [NamedPair] = []
  ) {
    self.original = original
    self.folded = folded
    self.exact = exact
    self.trustsCarriedWeights = trustsCarriedWeights
    self.pairs = pairs
  }

  /// Proves that both are equal, or finds what differs, and runs both.
  ///
  /// - Parameters:
  ///   - inputs: what they are run on.
  ///   - isRun: whether they are run at all.
  /// - Throws: `ContradictedProof` where values contradict the proof, or what the stores throw.
  public func report(inputs: RunInputs, runs isRun: Bool = true) throws -> EquivalenceReport {
    if isAcrossFormats { return try reportAcrossFormats(inputs: inputs, runs: isRun) }
    let found = try ProvenPair(original, folded, trustsCarriedWeights)
    let runs: RunOutcome =
      isRun
      ? ModelRuns(
        original: original.withExactFactors, folded: folded.withExactFactors, exact: exact, inputs: inputs
      ).outcome()
      : .notRun("that was not asked for")
    if found.verdict == .equal, case .run(let outputs) = runs, let contradiction = outputs.contradiction {
      throw ContradictedProof(run: contradiction)
    }
    var (verdict, differences) = (found.verdict, found.differences)
    if verdict.isEqual, case .run(let outputs) = runs, let gross = outputs.grosslyDifferent {
      // The algebra holds for numbers without a limit and without rounding, which those of a float32 have.
      verdict = .notProven
      differences = [Difference(gross)]
    }
    return EquivalenceReport(
      verdict: verdict, differences: differences,
      extent: ProofExtent(
        calls: found.calls, weights: found.weights,
        carriedWeights: original.graph.parameterCount - original.graph.interpretedWeightCount,
        unreadWeights: original.graph.interpretedWeightCount - original.graph.heldConstantCount
          - found.weights,
        hasFloat64: original.graph.hasFloat64),
      unroundedLayers: verdict.isEqual ? found.unroundedLayers : [], runs: runs,
      subnormalWeights: found.subnormalWeights, nonFiniteWeights: found.nonFiniteWeights,
      hiddenDifferences: verdict.isEqual ? found.hiddenDifferences : .none,
      unreadDifferences: verdict.isEqual ? found.unreadDifferences : [], isReversed: found.isReversed)
  }
}

/// What the proofs of two models have come to.
struct ProvenPair {
  private(set) var verdict = Verdict.equal
  private(set) var differences: [Difference] = []
  private(set) var unroundedLayers: [ByteString] = []
  private(set) var calls = 0
  private(set) var weights: Int
  private(set) var subnormalWeights = SubnormalWeights(count: 0, layers: [])
  private(set) var nonFiniteWeights = NonFiniteWeights(count: 0, layers: [])
  private(set) var hiddenDifferences = HiddenDifferences.none
  private(set) var unreadDifferences: [ByteString] = []
  private(set) var isReversed = false

  private var trustsCarriedWeights: Bool

  /// - Parameter isSymmetric: whether either of them may have the folds.
  init(
    _ original: Model, _ folded: Model, _ trustsCarriedWeights: Bool, isSymmetric: Bool = false
  ) throws {
    self.trustsCarriedWeights = trustsCarriedWeights
    weights = original.graph.interpretedWeightCount
    do {
      try prove(original, folded)
      guard verdict != .equal,
        isSymmetric || folded.graph.normalizationCount > original.graph.normalizationCount
      else { return }
      var reversed = self
      try reversed.prove(folded, original)
      // The other way round only what was rounded is not what is compared.
      guard reversed.verdict == .equal || reversed.verdict.isEqual && !verdict.isEqual else { return }
      let weights = weights
      self = reversed
      (self.weights, isReversed) = (weights, true)
    } catch let obstacle as ProofObstacle {
      self = ProvenPair(obstacle: obstacle, weights: weights)
    }
  }

  /// - Parameter obstacle: why there is no proof.
  init(obstacle: ProofObstacle, weights: Int) {
    (self.weights, trustsCarriedWeights) = (weights, false)
    verdict = .notProven
    differences = [
      Difference(
        layer: "", subject: "\(obstacle)", place: nil, expected: "", found: "", ulps: nil, count: 1,
        isDifference: false)
    ]
  }

  private func assumptions(_ arithmetic: Arithmetic) -> ProofAssumptions {
    ProofAssumptions(arithmetic: arithmetic, trustsCarriedWeights: trustsCarriedWeights)
  }

  private mutating func prove(_ original: Model, _ folded: Model) throws {
    let exact = try Proof.prove(original, folded, assumptions(.exact))
    (verdict, differences, calls, weights) = (.equal, [], exact.calls, exact.weights)
    (subnormalWeights, nonFiniteWeights) = (exact.subnormalWeights, exact.nonFiniteWeights)
    (hiddenDifferences, unreadDifferences) = (exact.hiddenDifferences, exact.unreadDifferences)
    guard !exact.isProven else { return }
    let rounded = try Proof.prove(original, folded, assumptions(.float32))
    (calls, hiddenDifferences) = (rounded.calls, rounded.hiddenDifferences)
    unreadDifferences = rounded.unreadDifferences
    guard rounded.isProven else {
      differences = rounded.differences
      verdict = rounded.differences.contains(where: \.isDifference) ? .different : .notProven
      return
    }
    verdict = .equalWithinFloat32
    unroundedLayers = exact.differences.map(\.layer).filter { !$0.isEmpty }
  }
}

extension Graph {
  var hasFloat64: Bool {
    var result = false
    forEachGraph { graph, _ in
      result =
        result || graph.layers.contains { ($0.core.variables ?? []).contains { $0.elementType == .float64 } }
    }
    return result
  }

  fileprivate var normalizationCount: Int {
    var count = 0
    forEachGraph { graph, _ in
      count +=
        graph.layers.filter { if case .batchNormalization = $0.core.operation { true } else { false } }.count
    }
    return count
  }
}

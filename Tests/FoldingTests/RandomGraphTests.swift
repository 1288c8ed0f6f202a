import Folding
import Testing

/// Property: whatever the graph, the folded one computes the same.
@Suite struct RandomGraphTests {
  private static let seeds = GraphSeeds.range(400)
  /// Relative to the largest value of all outputs, in Double.
  ///
  /// A folded weight and the sums that it is in are off by some 2^-53 each,
  /// and inverses lose at most 6 bits more.
  private static let tolerance = 1e-9

  @Test func `Random graphs compute the same after every rewrite`() throws {
    var folded = 0
    var all = 0
    var rules: Set<Substring> = []
    for seed in Self.seeds {
      let random = try RandomGraph(seed: UInt64(seed), hasBranches: seed % 4 > 0)
        .withChannelsFirstKernels(seed % 2 == 1)
      let plan = try Harness.plan(random.builder, rules: .all)
      #expect(plan.ledger.entries.count == random.batchNormalizations, "seed \(seed)")
      #expect(
        try Harness.difference(random.builder, plan, seed: UInt64(seed), ofModel: true) < Self.tolerance,
        "seed \(seed)")
      #expect(try Harness.foldsAgain(random.builder, plan) == 0, "seed \(seed)")
      all += random.batchNormalizations
      folded += plan.ledger.folded.count
      for case .folded(_, let rule, _, _) in plan.ledger.entries.map(\.outcome) {
        rules.formUnion(rule.split(separator: "+"))
      }
    }
    // A property that holds since nothing is ever folded would be worth little.
    #expect(folded * 4 > all, "\(folded) of \(all) folded")
    if Self.seeds.count >= 400 {
      // Layers of Keras do not add constants; graphs of operators do, in tests of ONNX.
      let missing = FoldingRules.knownNames.filter {
        !rules.contains(Substring($0)) && $0 != "added-constant"
      }
      #expect(missing.isEmpty, "rules that no graph has used")
    }
  }
}

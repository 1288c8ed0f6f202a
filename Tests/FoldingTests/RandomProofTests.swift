import Bytes
import Elements
import Equivalence
import Folding
import ModelGraph
import Testing

/// Property: whatever the graph, a right fold is proven, and a damaged one is not.
@Suite struct RandomProofTests {
  /// Seeds of which a right fold has been called different, or a damaged one equal.
  private static let known = [1084, 5031, 5070, 5116, 5146, 90009, 90017, 90143, 202_261, 202_815]
  /// The same for graphs with branches.
  private static let knownWithBranches = [500_017, 500_683, 501_271, 501_328]
  private static let seeds = Array(GraphSeeds.range(200)) + known

  @Test(arguments: [ElementType.float32, .float16, .float64], [false, true])
  func `Folds of random graphs are proven`(type: ElementType, haveBranches: Bool) throws {
    for seed in haveBranches ? Array(GraphSeeds.range(200)) + Self.knownWithBranches : Self.seeds {
      let random = try RandomGraph(seed: UInt64(seed), elementType: type, hasBranches: haveBranches)
        .withChannelsFirstKernels(seed % 2 == 1)
      let plan = try Harness.plan(random.builder, rules: .all)
      let folded = Model(graph: plan.graph, weights: random.builder.store)
      let found = try Harness.report(random.builder.model, folded)
      #expect(found.verdict == .equal, "seed \(seed): \(found.differences)")
    }
  }

  @Test func `Damaged folds of random graphs are not`() throws {
    var tally = DamageTally()
    for seed in Self.seeds {
      let random = try RandomGraph(seed: UInt64(seed), elementType: .float32)
        .withChannelsFirstKernels(seed % 2 == 1)
      let plan = try Harness.plan(random.builder, rules: .all)
      let folded = Model(graph: plan.graph, weights: random.builder.store)
      for number in 0..<4 {
        var damage = RandomDamage(seed: UInt64(seed * 16 + number))
        guard let damaged = try damage.damaged(folded), let layer = damage.layer else { continue }
        let found = try Harness.report(random.builder.model, damaged)
        let isSeen = try Harness.difference(between: folded, damaged, seed: UInt64(seed)) != 0
        tally.add(found, of: layer)
        #expect(
          !(found.verdict == .equal && isSeen),
          "seed \(seed), damage \(number): \(damage.what) is called equal")
        #expect(
          !(found.passed && isSeen) || damage.isSmall,
          "seed \(seed), damage \(number): \(damage.what) is accepted")
      }
    }
    // Some weights are read by nothing that an output depends on.
    #expect(tally.equal * 10 < tally.all, "\(tally.equal) of \(tally.all) are called equal")
    #expect(
      tally.named * 10 > tally.notEqual * 8, "\(tally.named) of \(tally.notEqual) are named with their layer")
  }
}

/// What was said of damaged models.
private struct DamageTally {
  private(set) var all = 0
  private(set) var equal = 0
  private(set) var named = 0
  var notEqual: Int { all - equal }

  mutating func add(_ report: EquivalenceReport, of layer: ByteString) {
    all += 1
    if report.verdict == .equal { equal += 1 }
    let names = report.passed ? report.unroundedLayers : report.differences.prefix(1).map(\.layer)
    if report.verdict != .equal, names.contains(where: { $0 == layer || $0.hasSuffix("/" + layer) }) {
      named += 1
    }
  }
}

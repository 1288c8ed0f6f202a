import Fixtures
import Folding
import Glibc
import Testing

@testable import ONNXFormat

/// Random models compute the same after folding, whatever is folded.
///
/// `BNFOLD_GRAPHS` sets how many models, `BNFOLD_GRAPH_SEED` the first seed: a failure prints the one that replays it.
@Suite struct RandomFoldTests {
  private static func number(_ name: String) -> UInt64? {
    getenv(name).flatMap { UInt64(String(cString: $0)) }
  }

  private static let first = number("BNFOLD_GRAPH_SEED") ?? 0
  private static let seeds = first..<first + (number("BNFOLD_GRAPHS") ?? 120)

  @Test func `Random models are equal after folding`() throws {
    var (folded, further, kept, unproven) = (0, 0, 0, 0)
    var rules: Set<Substring> = []
    for seed in Self.seeds {
      let model = RandomModel(seed: seed).model
      let result = try FoldedModel(model)
      let found = try result.report(seed: seed)
      guard case .run(let outputs) = found.runs else {
        Issue.record("seed \(seed): not run")
        continue
      }
      // Exact weights leave what float64 rounds.
      for output in outputs {
        #expect(output.exactDifference ?? .infinity < 1e-9, "seed \(seed): \(output.name)")
      }
      if !found.verdict.isEqual {
        // What goes further and is not proven is left out by the command.
        let direct = try FoldedModel(model, options: FoldOptions(rules: .direct))
        unproven += 1
        let report = try direct.report(seed: seed)
        #expect(
          report.verdict.isEqual, "seed \(seed): \(report.differences.map { "\($0.layer) \($0.subject)" })")
      }
      for entry in result.ledger.folded {
        if case .folded(_, let rule, let across, _) = entry.outcome {
          rules.formUnion(rule.split(separator: "+"))
          if FoldingRules.isDirect(rule), across.isEmpty { folded += 1 } else { further += 1 }
        }
      }
      kept += result.ledger.kept.count
    }
    #expect(unproven * 20 < Self.seeds.count, "\(unproven) not proven")
    // A generator that makes nothing to fold would test nothing.
    #expect(folded > Self.seeds.count / 4 && further > Self.seeds.count / 16 && kept > Self.seeds.count / 4)
    #expect(
      rules.isSuperset(of: ["dense", "convolution", "transposed-convolution", "added-constant"]), "\(rules)")
  }
}

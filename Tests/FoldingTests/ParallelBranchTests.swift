import Elements
import Equivalence
import Folding
import ModelGraph
import Testing

/// A batch normalization beside a convolution of the same tensor: where it folds, and where it is left alone.
@Suite struct ParallelBranchTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var shape: Shape = [5, 5, 4]
    var refusal: Refusal.Code?
    /// Layers of the folded model.
    var layers = 4
    let build: @Sendable (BranchBuilder) -> Void

    init(
      _ description: String, _ shape: Shape = [5, 5, 4], refusal: Refusal.Code? = nil, layers: Int = 4,
      build: @escaping @Sendable (BranchBuilder) -> Void
    ) {
      (testDescription, self.shape, self.refusal, self.layers, self.build) = (
        description, shape, refusal, layers, build
      )
    }
  }

  static let folding = [
    Case("3 x 3") { $0.conv().bn().merge().end() },
    Case("1 x 1, without a bias") { $0.conv(1, usesBias: false).bn().merge().end() },
    Case("5 x 5, dilated") { $0.conv(5, dilation: 2).bn().merge().end() },
    Case("an even kernel, one element of which reads its own place") { $0.conv(2).bn().merge().end() },
    Case("explicit padding") {
      let amounts = [EdgeAmounts](repeating: EdgeAmounts(before: 1, after: 1), count: 2)
      $0.conv(padding: .explicit(amounts)).bn().merge().end()
    },
    Case("one axis", [6, 3]) { $0.conv().bn().merge().end() },
    Case("three axes", [3, 4, 3, 2]) { $0.conv().bn().merge().end() },
    Case("groups") { $0.conv(kind: .regular(groups: 2)).bn().merge().end() },
    Case("depthwise") { $0.conv(kind: .depthwise(multiplier: 1)).bn().merge().end() },
    Case("depthwise, one element") { $0.conv(1, kind: .depthwise(multiplier: 1)).bn().merge().end() },
    Case("the batch normalization first") { $0.bn().conv().merge().end() },
    Case("two batch normalizations") { $0.bn().bn().conv().merge().end() },
    Case("sums of sums") { $0.bn().bn().merge().conv().merge().end() },
    Case("by a function of the graph") {
      $0.conv().bn().merge(.function(.combination(.add, .tensor(1), .tensor(0)))).end()
    },
    Case("less the batch normalization") { $0.conv().bn().merge(.merge(.subtract)).end() },
    Case("less the convolution and the batch normalization", layers: 5) { builder in
      builder.term(builder.source).conv().bn().merge(last: 2).merge(.merge(.subtract)).end()
    },
    Case("a convolution with a batch normalization of its own") { $0.conv().normalized().bn().merge().end() },
    Case("what is left is normalized once more") { $0.conv().bn().merge().normalized().end() },
    Case("a scale and a shift after the batch normalization") {
      $0.conv().bn().then(.rescaling(scale: [-2], offset: [0.5])).merge().end()
    },
    Case("another term, which stays", layers: 5) { builder in
      builder.term(builder.source).conv().bn().merge().end()
    },
    Case("two convolutions", layers: 6) { $0.conv().normalized().conv(1).normalized().bn().merge().end() },
    Case("a convolution of another tensor", layers: 6) { builder in
      builder.conv().bn().merge().term(builder.source).then(.activation(.tanh)).merge().end()
    },
  ]

  static let leaving = [
    Case("strides", [1, 1, 4], refusal: .branch) { $0.conv(1, stride: 2).bn().merge().end() },
    Case("no element reads its own place", refusal: .branch) {
      let amounts = [EdgeAmounts](repeating: EdgeAmounts(before: 1, after: 1), count: 2)
      $0.conv(2, dilation: 2, padding: .explicit(amounts)).bn().merge().end()
    },
    Case("padding at one end, beyond the kernel", refusal: .branch) {
      let amounts = [EdgeAmounts](repeating: EdgeAmounts(before: 0, after: 0), count: 2)
      let far = [EdgeAmounts(before: 4, after: -2), EdgeAmounts(before: 1, after: 1)]
      $0.conv(padding: .explicit(amounts.isEmpty ? amounts : far)).bn().merge().end()
    },
    Case("other channels, which are repeated", refusal: .branch) { $0.conv(filters: 1).bn().merge().end() },
    Case("more channels for each", [5, 5, 1], refusal: .branch) {
      $0.conv(kind: .depthwise(multiplier: 2), filters: 2).bn().merge().end()
    },
    Case("an activation", refusal: .activation) { $0.conv(activation: .tanh).bn().merge().end() },
    Case("the convolution is an output as well", refusal: .modelOutput) {
      $0.conv().alsoOutput().bn().merge().end()
    },
    Case("something is taken from the batch normalization", refusal: .branch) {
      $0.bn().conv().merge(.merge(.subtract)).end()
    },
    Case("another axis", [4, 4, 4], refusal: .axisMismatch) { $0.conv().bn(axis: 1).merge().end() },
  ]

  @Test(arguments: folding)
  func `Folds`(given: Case) throws {
    for type in [ElementType.float64, .float32] {
      let builder = BranchBuilder(given.shape, elementType: type)
      given.build(builder)
      let plan = try Harness.plan(builder.model, rules: .all)
      #expect(plan.ledger.kept.isEmpty, "\(plan.ledger.kept.map(\.outcome))")
      #expect(plan.graph.layers.count == given.layers)
      let rules = plan.ledger.folded.compactMap { entry in
        if case .folded(_, let rule, _, _) = entry.outcome { rule } else { nil }
      }
      #expect(rules.joined(separator: "+").contains("parallel-branch"))
      #expect(try Harness.difference(builder.model, plan) < (type == .float64 ? 1e-11 : 1e-6))
      let folded = Model(graph: plan.graph, weights: builder.model.store)
      #expect(try Harness.report(builder.model.model, folded).verdict == .equal)
    }
  }

  @Test(arguments: leaving)
  func `Leaves alone`(given: Case) throws {
    let builder = BranchBuilder(given.shape)
    given.build(builder)
    let plan = try Harness.plan(builder.model, rules: .all)
    #expect(plan.ledger.folded.isEmpty)
    #expect(Harness.refusals(plan).values.contains(try #require(given.refusal)), "\(plan.ledger.entries)")
  }

  @Test func `Leaves alone what another layer reads, too`() throws {
    let builder = BranchBuilder()
    let other = builder.conv().bn().merge()
    other.end()
    let convolution = TensorReference(call: 2)
    builder.model.graph.outputs.append(builder.model.add(.activation(.tanh), "other", convolution))
    #expect(try Harness.plan(builder.model, rules: .all).ledger.folded.isEmpty)
  }

  @Test func `Leaves alone what would not fit the type of the kernel`() throws {
    let builder = BranchBuilder(elementType: .float32)
    builder.conv().bn().merge().end()
    builder.model.set(.gamma, of: "bn2", to: [3e38, 1, 1, 1])
    builder.model.set(.movingVariance, of: "bn2", to: [1e-4, 1, 1, 1])
    #expect(Harness.refusals(try Harness.plan(builder.model, rules: .all))["bn2"] == .overflow)
  }

  @Test func `Leaves alone where the rule is left out`() throws {
    let builder = BranchBuilder()
    builder.conv().bn().merge().end()
    for rules in [FoldingRules.direct, .nothing] {
      #expect(try Harness.plan(builder.model, rules: rules).ledger.folded.isEmpty)
    }
  }
}

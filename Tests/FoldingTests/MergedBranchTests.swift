import Elements
import Equivalence
import Folding
import ModelGraph
import Testing

/// Convolutions of one tensor that are added: where they become one, and where they are left alone.
@Suite struct MergedBranchTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Convolutions of the folded model.
    let left: Int
    let build: @Sendable (BranchBuilder) -> Void
  }

  static let cases = [
    Case(testDescription: "3 x 3 and 1 x 1", left: 1) { $0.conv().conv(1).merge().end() },
    Case(testDescription: "several of one size, one without a bias", left: 1) {
      $0.conv(usesBias: false).conv().conv().merge().end()
    },
    Case(testDescription: "with batch normalizations, one of them alone", left: 1) {
      $0.conv(1).normalized().conv().normalized().bn().merge().end()
    },
    Case(testDescription: "the tensor itself", left: 1) { $0.conv().term($0.source).merge().end() },
    Case(testDescription: "the tensor itself, beside another term, so that no layer goes", left: 1) {
      $0.conv().term($0.source).bn().then(.activation(.tanh)).merge().end()
    },
    Case(testDescription: "a difference", left: 1) { $0.conv().conv(1).merge(.merge(.subtract)).end() },
    Case(testDescription: "depthwise", left: 1) {
      $0.conv(kind: .depthwise(multiplier: 1)).conv(1, kind: .depthwise(multiplier: 1)).merge().end()
    },
    Case(testDescription: "5 x 5, and 3 x 3 with its taps as far apart", left: 1) {
      $0.conv(5).conv(3, dilation: 2).merge().end()
    },
    Case(testDescription: "other groups", left: 2) {
      $0.conv().conv(kind: .regular(groups: 2)).merge().end()
    },
    Case(testDescription: "taps that the larger one does not have", left: 2) {
      $0.conv(3, dilation: 2).conv(3).merge().end()
    },
    Case(testDescription: "an activation", left: 2) { $0.conv().conv(1, activation: .tanh).merge().end() },
    Case(testDescription: "one is an output as well", left: 2) {
      $0.conv().alsoOutput().conv(1).merge().end()
    },
  ]

  private func plan(_ given: Case, _ builder: BranchBuilder, merges: Bool) throws -> FoldPlan {
    given.build(builder)
    return try FoldPlanner.plan(
      builder.model.model, options: FoldOptions(maxGrowth: 1, mergesBranches: merges))
  }

  private func convolutions(_ graph: Graph) -> Int {
    graph.layers.filter { if case .convolution = $0.operation { true } else { false } }.count
  }

  @Test(arguments: cases)
  func `Merges, or leaves alone`(given: Case) throws {
    for type in [ElementType.float64, .float32] {
      let builder = BranchBuilder(elementType: type)
      let plan = try plan(given, builder, merges: true)
      #expect(convolutions(plan.graph) == given.left)
      #expect(try Harness.difference(builder.model, plan) < (type == .float64 ? 1e-11 : 1e-6))
      let folded = Model(graph: plan.graph, weights: builder.model.store)
      let report = try Harness.report(builder.model.model, folded)
      #expect(report.verdict == .equal, "\(report.differences)")
    }
  }

  @Test(arguments: cases)
  func `Nothing is merged unless that is asked for`(given: Case) throws {
    let builder = BranchBuilder()
    let before = try plan(given, builder, merges: false)
    #expect(before.mergedBranches == 0)
    #expect(convolutions(before.graph) == convolutions(builder.model.graph))
  }

  @Test func `One wrong element is different`() throws {
    let builder = BranchBuilder(elementType: .float32)
    let plan = try plan(Self.cases[0], builder, merges: true)
    var graph = plan.graph
    let index = try #require(graph.layers.firstIndex { $0.name == "conv1" })
    for element in [0, 4 * 16 + 1] {
      var variables = try #require(plan.graph.layers[index].variables)
      var kernel: [Double] = try variables[0].elements(from: builder.model.store)
      kernel[element] *= 1 + 0x1p-10
      variables[0].value = .computed(kernel)
      graph.layers[index].variables = variables
      let folded = Model(graph: graph, weights: builder.model.store)
      #expect(try Harness.report(builder.model.model, folded).verdict == .different)
    }
  }
}

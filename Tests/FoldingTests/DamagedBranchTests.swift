import Bytes
import Elements
import Equivalence
import Folding
import ModelGraph
import Testing

/// A convolution that has taken in a branch, with one number wrong, is not what it has to be.
@Suite struct DamagedBranchTests {
  /// A change of a kernel and a bias; the kernel has a diagonal element at `diagonal`, and a neighbor at `other`.
  struct Damage: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let change:
      @Sendable (_ kernel: inout [Double], _ bias: inout [Double], _ diagonal: Int, _ other: Int) -> Void

    init(
      _ description: String,
      _ change: @escaping @Sendable (inout [Double], inout [Double], Int, Int) -> Void
    ) {
      (testDescription, self.change) = (description, change)
    }
  }

  static let damages = [
    Damage("one element of the diagonal") { kernel, _, diagonal, _ in kernel[diagonal] *= 1 + 0x1p-10 },
    Damage("one element beside it") { kernel, _, _, other in kernel[other] *= 1 + 0x1p-10 },
    Damage("one element of the bias") { _, bias, _, _ in bias[1] *= 1 + 0x1p-10 },
    Damage("another tap, or another input") { kernel, _, diagonal, other in
      kernel[other] += 0.5
      kernel[diagonal] -= 0.5
    },
    Damage("what the diagonal has taken in is lost") { kernel, _, diagonal, _ in kernel[diagonal] = 0 },
    Damage("no bias") { _, bias, _, _ in bias = bias.map { _ in 0 } },
  ]

  static let kinds: [Convolution.Kind] = [
    .regular(groups: 1), .regular(groups: 2), .depthwise(multiplier: 1),
  ]

  /// The places in a kernel of a diagonal element, and of one at another tap or of another input of the same output.
  private func places(_ kind: Convolution.Kind, channels: Int) -> (diagonal: Int, others: [Int]) {
    let (center, channel) = (4, 1)
    switch kind {
    case .depthwise: return (center * channels + channel, [3 * channels + channel])
    case .regular(let groups):
      let inputs = channels / groups
      let place = { (tap: Int, input: Int) in (tap * inputs + input) * channels + channel }
      let own = channel % inputs
      return (place(center, own), [place(0, own), place(center, own == 0 ? 1 : 0)])
    default: return (0, [])
    }
  }

  @Test(arguments: damages, kinds)
  func `Is different`(damage: Damage, kind: Convolution.Kind) throws {
    let builder = BranchBuilder(elementType: .float32)
    builder.conv(kind: kind).normalized().bn().merge().end()
    // No scale is 0, which would leave nothing of a kernel.
    for bn in ["bn2", "bn3"] { builder.model.set(.gamma, of: ByteString(bn), to: [0.5, 0.75, -0.875, 1]) }
    let plan = try Harness.plan(builder.model, rules: .all)
    #expect(plan.ledger.folded.count == 2)
    let (diagonal, others) = places(kind, channels: 4)
    for other in others {
      var graph = plan.graph
      let index = try #require(graph.layers.firstIndex { $0.name == "conv1" })
      var variables = try #require(graph.layers[index].variables)
      try #require(variables.count == 2)
      var kernel: [Double] = try variables[0].elements(from: builder.model.store)
      var bias: [Double] = try variables[1].elements(from: builder.model.store)
      damage.change(&kernel, &bias, diagonal, other)
      (variables[0].value, variables[1].value) = (.computed(kernel), .computed(bias))
      graph.layers[index].variables = variables
      let report = try Harness.report(
        builder.model.model, Model(graph: graph, weights: builder.model.store))
      #expect(report.verdict == .different, "\(report.differences)")
    }
  }

  @Test func `Is different where another tensor is added`() throws {
    let (one, two) = (BranchBuilder(), BranchBuilder())
    one.conv().bn().merge().end()
    two.conv().term(two.source).merge().end()
    #expect(try Harness.report(one.model.model, two.model.model).verdict != .equal)
  }

  @Test func `Is different where the branch is of what is before the source`() throws {
    let builder = BranchBuilder()
    builder.conv().bn().merge().end()
    let plan = try Harness.plan(builder.model, rules: .all)
    var graph = plan.graph
    let call = try #require(graph.calls.firstIndex { graph.layers[$0.layer].name == "conv1" })
    graph.calls[call].inputs = [TensorReference(call: 0)]
    let report = try Harness.report(builder.model.model, Model(graph: graph, weights: builder.model.store))
    #expect(!report.verdict.isEqual)
  }
}

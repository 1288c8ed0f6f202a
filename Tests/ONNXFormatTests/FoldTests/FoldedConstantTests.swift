import Bytes
import ModelFormats
import Testing
import Wire

@testable import ONNXFormat

/// Where the constants of a folded model are, and what stays of those before.
@Suite struct FoldedConstantTests {
  private func convolution(_ output: String = "c", bias: String = "bias") -> [UInt8] {
    node("Conv", ["x", "kernel", bias], [output])
  }

  private let weights = [kernel("kernel", [4, 3, 3, 3]), kernel("bias", [4])]

  @Test func `A kernel that another convolution reads is copied`() throws {
    var model = SmallModel()
    model.outputs = ["y", "z"]
    model.nodes = [convolution(), normalization(of: "c", as: "y"), convolution("z")]
    model.initializers = weights + normalizationConstants(4)
    let folded = try FoldedModel(model)
    #expect(folded.count == 1)
    #expect(try folded.verdict() == .equal)
    #expect(folded.initializers == ["kernel", "bias", "kernel.folded", "bias.folded"])
    #expect(folded.written.model.graph.nodes.map(\.inputs).last == ["x", "kernel", "bias"])
  }

  @Test func `Two convolutions of one kernel have each their own afterwards`() throws {
    var model = SmallModel()
    model.outputs = ["y", "z"]
    model.nodes = [
      convolution(), normalization(of: "c", as: "y"), convolution("d"),
      normalization(of: "d", as: "z", "other."),
    ]
    model.initializers = weights + normalizationConstants(4) + normalizationConstants(4, "other.", sign: -1)
    let folded = try FoldedModel(model)
    #expect(folded.count == 2)
    #expect(try folded.verdict() == .equal)
    #expect(folded.initializers == ["kernel", "bias", "kernel.folded", "bias.folded"])
  }

  @Test func `A kernel that a branch reads is copied`() throws {
    var model = SmallModel()
    model.outputs = ["y", "z"]
    let branch = innerGraph([node("Identity", ["kernel"], ["inner"])], outputs: ["inner"])
    model.nodes = [
      convolution(), normalization(of: "c", as: "y"),
      node("If", ["condition"], ["z"], ["then_branch": .graph(branch), "else_branch": .graph(branch)]),
    ]
    model.initializers = weights + normalizationConstants(4) + [initializer("condition", boolean: true)]
    let folded = try FoldedModel(model)
    #expect(folded.count == 1)
    #expect(folded.initializers.contains("kernel") && folded.initializers.contains("kernel.folded"))
    #expect(folded.node("Conv")?.inputs == ["x", "kernel.folded", "bias"])
  }

  @Test func `A kernel in a Constant stays one`() throws {
    var model = SmallModel()
    model.nodes = [
      node("Constant", [], ["kernel"], ["value": .tensor(kernel("", [4, 3, 3, 3]))]), convolution(),
      normalization(of: "c", as: "y"),
    ]
    model.initializers = [kernel("bias", [4])] + normalizationConstants(4)
    let folded = try FoldedModel(model)
    #expect(folded.count == 1)
    #expect(try folded.verdict() == .equal)
    #expect(folded.operators == ["Constant", "Conv"])
    #expect(folded.initializers == ["bias"])
  }

  @Test func `A kernel that is computed is written, and what nothing reads any more goes`() throws {
    var model = SmallModel()
    model.nodes = [
      node("Transpose", ["stored"], ["kernel"], ["perm": [3, 2, 0, 1]]), convolution(),
      normalization(of: "c", as: "y"),
    ]
    model.initializers = [kernel("stored", [3, 3, 3, 4]), kernel("bias", [4])] + normalizationConstants(4)
    let folded = try FoldedModel(model)
    #expect(folded.count == 1)
    #expect(try folded.verdict() == .equal)
    #expect(folded.operators == ["Conv"])
    #expect(folded.initializers == ["bias", "kernel.folded"])
  }

  @Test func `Statistics that something else reads stay`() throws {
    var model = SmallModel()
    model.outputs = ["y", "z"]
    model.nodes = [convolution(), normalization(of: "c", as: "y"), node("Neg", ["mean"], ["z"])]
    model.initializers = weights + normalizationConstants(4)
    let folded = try FoldedModel(model)
    #expect(folded.count == 1)
    #expect(folded.initializers == ["kernel", "bias", "mean"])
  }

  @Test func `Before version 4 of the format an initializer is an input as well`() throws {
    var model = SmallModel()
    model.irVersion = 3
    let names = ["kernel", "gamma", "beta", "mean", "variance"]
    model.inputs += names.map { input($0, $0 == "kernel" ? [4, 3, 3, 3] : [4]) }
    model.nodes = [node("Conv", ["x", "kernel"], ["c"]), normalization(of: "c", as: "y")]
    model.initializers = [weights[0]] + normalizationConstants(4)
    let folded = try FoldedModel(model)
    #expect(folded.count == 1)
    #expect(try folded.verdict() == .equal)
    #expect(folded.written.model.graph.inputs.map(\.name) == ["x", "kernel", "bias"])
    #expect(folded.initializers == ["kernel", "bias"])
  }

  @Test func `What is said of a tensor goes with it, and what nobody knows stays`() throws {
    var model = SmallModel()
    let unknown = field(99, [1, 2, 3])
    model.nodes = [convolution() + unknown, normalization(of: "c", as: "y")]
    model.initializers = weights + normalizationConstants(4)
    model.valueInfos = [input("c", [2, 4, 6, 6]), input("x", [2, 3, 8, 8])]
    let folded = try FoldedModel(model)
    #expect(folded.written.model.graph.valueInfos.map(\.name) == ["x"])
    let bytes = try folded.written.model.source.bytes(0..<folded.written.model.source.byteCount)
    #expect(bytes.indices.contains { bytes[$0...].starts(with: unknown) })
  }

  @Test func `Nothing is folded twice, and a model without anything to fold keeps its bytes`() throws {
    var model = SmallModel()
    model.nodes = [node("Relu", ["x"], ["y"])]
    let folded = try FoldedModel(model)
    #expect(folded.ledger.entries.isEmpty)
    let (before, after) = (folded.original.model.source, folded.written.model.source)
    #expect(try before.bytes(0..<before.byteCount) == after.bytes(0..<after.byteCount))
  }
}

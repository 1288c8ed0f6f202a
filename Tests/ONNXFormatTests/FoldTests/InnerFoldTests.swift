import Bytes
import Folding
import Inference
import ModelGraph
import Testing

@testable import ONNXFormat

/// Batch normalizations in branches of If, and in functions, fold where they are.
@Suite struct InnerFoldTests {
  private static let condition = input("c", [], type: 9)
  private static let constants = [kernel("kernel", [4, 3, 3, 3])] + normalizationConstants(4)

  private func conditional(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
    node("If", ["c"], ["y"], ["then_branch": .graph(first), "else_branch": .graph(second)])
  }

  private func block(_ kernel: String, bias: String? = nil, as output: String = "b") -> [[UInt8]] {
    [
      node("Conv", ["x", kernel] + (bias.map { [$0] } ?? []), [output + "c"]),
      normalization(of: output + "c", as: output),
    ]
  }

  private func model(_ nodes: [[UInt8]], _ initializers: [[UInt8]], functions: [[UInt8]] = []) -> SmallModel {
    SmallModel(
      operatorSets: ["": 17, "own": 1], inputs: [input("x", [2, 3, 8, 8]), Self.condition],
      initializers: initializers, nodes: nodes, functions: functions)
  }

  /// The operators of the branches of an If.
  private func branches(_ folded: FoldedModel) -> [[ByteString]] {
    (folded.node("If")?.innerGraphs ?? []).map { $0.nodes.map(\.operatorType) }
  }

  @Test func `In a branch, whose kernel is its own or from outside`() throws {
    for isOwn in [true, false] {
      let own = innerGraph(
        block("kernel"), initializers: isOwn ? [Self.constants[0]] : [], outputs: ["b"])
      let other = innerGraph([node("Conv", ["x", "other"], ["o"])], outputs: ["o"])
      let folded = try FoldedModel(
        model(
          [conditional(own, other)],
          (isOwn ? Array(Self.constants.dropFirst()) : Self.constants) + [kernel("other", [4, 3, 3, 3])]))
      #expect(folded.ledger.folded.map(\.layer) == ["y/then/b"])
      #expect(try folded.verdict() == .equal)
      #expect(branches(folded) == [["Conv"], ["Conv"]])
      #expect(folded.initializers == (isOwn ? [] : ["kernel"]) + ["other", "bias"])
    }
  }

  @Test func `A kernel of both branches becomes two`() throws {
    let first = innerGraph(block("kernel"), outputs: ["b"])
    let second = innerGraph([node("Conv", ["x", "kernel"], ["o"])], outputs: ["o"])
    let folded = try FoldedModel(model([conditional(first, second)], Self.constants))
    #expect(folded.count == 1)
    #expect(try folded.verdict() == .equal)
    #expect(folded.initializers == ["kernel", "kernel.folded", "bias"])
  }

  @Test func `One whose convolution is outside stays`() throws {
    let first = innerGraph([normalization(of: "z", as: "b")], outputs: ["b"])
    let second = innerGraph([node("Identity", ["z"], ["o"])], outputs: ["o"])
    let folded = try FoldedModel(
      model([node("Conv", ["x", "kernel"], ["z"]), conditional(first, second)], Self.constants))
    #expect(folded.codes == ["y/then/b": .noProducer])
    #expect(try folded.verdict() == .equal)
  }

  @Test func `A convolution whose result a branch reads takes no batch normalization`() throws {
    let first = innerGraph([node("Identity", ["z"], ["b"])], outputs: ["b"])
    let second = innerGraph([node("Neg", ["z"], ["o"])], outputs: ["o"])
    var model = model(
      [
        node("Conv", ["x", "kernel"], ["z"]), normalization(of: "z", as: "n"), conditional(first, second),
      ], Self.constants)
    model.outputs = ["y", "n"]
    let folded = try FoldedModel(model)
    #expect(folded.count == 0)
  }

  @Test func `In a branch that a constant takes, and the other one stays`() throws {
    let first = innerGraph(block("kernel"), outputs: ["b"])
    let second = innerGraph([node("Conv", ["x", "kernel"], ["o"])], outputs: ["o"])
    let folded = try FoldedModel(
      model([conditional(first, second)], Self.constants + [initializer("c", boolean: true)])
        .with(inputs: [input("x", [2, 3, 8, 8])]))
    #expect(folded.ledger.folded.map(\.layer) == ["y/b"])
    #expect(try folded.verdict() == .equal)
    #expect(branches(folded) == [["Conv"], ["Conv"]])
    #expect(folded.node("If")?.innerGraphs.last?.nodes.first?.inputs == ["x", "kernel"])
  }

  // MARK: - Functions

  private let parameters = ["x", "kernel", "gamma", "beta", "mean", "variance"]

  @Test func `In a function that is called once, whose kernel it is given`() throws {
    let folded = try FoldedModel(
      model(
        [node("Block", parameters, ["y"], domain: "own")], Self.constants,
        functions: [function("Block", parameters, ["b"], block("kernel"))]))
    #expect(folded.ledger.folded.map(\.layer) == ["y/b"])
    #expect(try folded.verdict() == .equal)
    #expect(folded.written.model.functions[0].nodes.map(\.operatorType) == ["Constant", "Conv"])
    // The kernel is the one that was given, with other elements.
    #expect(folded.written.model.functions[0].nodes[1].inputs == ["x", "kernel", "bias"])
  }

  @Test func `A kernel that something else reads is a Constant of the function`() throws {
    var model = model(
      [node("Block", parameters, ["y"], domain: "own"), node("Conv", ["x", "kernel"], ["z"])], Self.constants,
      functions: [function("Block", parameters, ["b"], block("kernel"))])
    model.outputs = ["y", "z"]
    let folded = try FoldedModel(model)
    #expect(folded.count == 1)
    #expect(try folded.verdict() == .equal)
    #expect(folded.written.model.functions[0].nodes.map(\.operatorType) == ["Constant", "Constant", "Conv"])
  }

  @Test func `In a function that is called twice they stay`() throws {
    let folded = try FoldedModel(
      model(
        [
          node("Block", parameters, ["a"], domain: "own"), node("Block", parameters, ["b"], domain: "own"),
          node("Add", ["a", "b"], ["y"]),
        ], Self.constants, functions: [function("Block", parameters, ["b"], block("kernel"))]))
    #expect(folded.codes == ["a/b": .sharedLayer, "b/b": .sharedLayer])
    #expect(try folded.verdict() == .equal)
  }

  @Test func `In a branch in a function, without the bias that it may be given`() throws {
    let first = innerGraph(block("kernel", bias: "bias"), outputs: ["b"])
    let second = innerGraph([node("Conv", ["x", "kernel"], ["o"])], outputs: ["o"])
    let names = ["c", "bias"] + parameters
    let folded = try FoldedModel(
      model(
        [node("Block", ["c", ""] + parameters, ["y"], domain: "own")], Self.constants,
        functions: [function("Block", names, ["y"], [conditional(first, second)])]))
    #expect(folded.ledger.folded.map(\.layer) == ["y/y/then/b"])
    #expect(try folded.verdict() == .equal)
    let inner = try #require(folded.written.model.functions[0].nodes.first).innerGraphs[0]
    #expect(inner.nodes.map(\.operatorType) == ["Constant", "Constant", "Conv"])
  }
}

extension SmallModel {
  fileprivate func with(inputs: [[UInt8]]) -> SmallModel {
    var model = self
    model.inputs = inputs
    return model
  }
}

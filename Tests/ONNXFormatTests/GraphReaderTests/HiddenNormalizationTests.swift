import Bytes
import Folding
import ModelGraph
import Testing

@testable import ONNXFormat

/// Every batch normalization of a model is in the ledger, wherever it is.
@Suite struct HiddenNormalizationTests {
  private func ledger(_ model: SmallModel) throws -> [Ledger.Entry] {
    let source = try model.source()
    return try FoldPlanner.plan(Model(graph: source.graph, weights: source)).ledger.entries
  }

  private func expectKept(
    _ entries: [Ledger.Entry], _ names: [ByteString], _ code: Refusal.Code = .opaqueLayer,
    because words: String,
    location: SourceLocation = #_sourceLocation
  ) {
    #expect(entries.map(\.layer) == names, sourceLocation: location)
    for entry in entries {
      guard case .kept(let refusal, _) = entry.outcome else {
        Issue.record("\(entry.layer) is folded", sourceLocation: location)
        continue
      }
      #expect(refusal.code == code, sourceLocation: location)
      #expect("\(refusal)".contains(words), "\(refusal)", sourceLocation: location)
    }
  }

  private static let inner = node(
    "BatchNormalization", ["x", "gamma", "beta", "mean", "variance"], ["inner"])
  private static let graph = innerGraph([inner], outputs: ["inner"])

  @Test func `In both branches of an If`() throws {
    let entries = try ledger(
      SmallModel(
        inputs: [input("x", [2, 3, 8, 8]), input("c", [], type: 9)], initializers: normalizationConstants,
        nodes: [
          node("If", ["c"], ["y"], ["then_branch": .graph(Self.graph), "else_branch": .graph(Self.graph)])
        ]))
    expectKept(entries, ["y/then/inner", "y/else/inner"], .noProducer, because: "x is an input of the model")
  }

  @Test func `In a Loop, and in a Loop in an If`() throws {
    let body = innerGraph([Self.inner], inputs: ["n", "go"], outputs: ["go", "inner"])
    let loop = node("Loop", ["", "c"], ["y"], ["body": .graph(body)])
    var model = SmallModel(
      inputs: [input("x", [2, 3, 8, 8]), input("c", [], type: 9)], initializers: normalizationConstants,
      nodes: [loop])
    expectKept(try ledger(model), ["y/inner"], because: "it is inside y (Loop): it has graphs inside")
    let branch = innerGraph([loop], outputs: ["y"])
    model.nodes = [node("If", ["c"], ["y"], ["then_branch": .graph(branch), "else_branch": .graph(branch)])]
    expectKept(try ledger(model), ["y/then/y/inner", "y/else/y/inner"], because: "it is inside y (Loop)")
  }

  @Test func `In a function that a function calls`() throws {
    let inputs = ["x", "gamma", "beta", "mean", "variance"]
    let entries = try ledger(
      SmallModel(
        operatorSets: ["": 17, "own": 1], initializers: normalizationConstants,
        nodes: [node("Outer", inputs, ["y"], domain: "own")],
        functions: [
          function("Outer", inputs, ["z"], [node("Inner", inputs, ["z"], domain: "own")]),
          function("Inner", inputs, ["inner"], [Self.inner]),
        ]))
    expectKept(entries, ["y/z/inner"], .noProducer, because: "x is an input of the model")
  }

  @Test func `One of another domain is none`() throws {
    let entries = try ledger(
      SmallModel(
        operatorSets: ["": 17, "own": 1], nodes: [node("BatchNormalization", ["x"], ["y"], domain: "own")])
    )
    #expect(entries.isEmpty)
  }

  @Test func `One whose gamma is computed`() throws {
    let entries = try ledger(
      SmallModel(
        inputs: [input("x", [2, 3, 8, 8]), input("gamma", [3])],
        initializers: Array(normalizationConstants.dropFirst()), nodes: [batchNormalization()]))
    expectKept(entries, ["y"], because: "not all of its weights are constants")
  }

  @Test func `One that is carried itself`() throws {
    let entries = try ledger(
      SmallModel(initializers: normalizationConstants, nodes: [batchNormalization(["unheard": 1])]))
    expectKept(entries, ["y"], because: "bnfold does not know what the attribute unheard does")
  }

  @Test func `One with constants is a layer that is planned`() throws {
    let entries = try ledger(
      SmallModel(
        initializers: normalizationConstants + [initializer("k", [3, 3, 1, 1])],
        nodes: [
          node("Conv", ["x", "k"], ["z"]),
          node("BatchNormalization", ["z", "gamma", "beta", "mean", "variance"], ["y"]),
        ]))
    #expect(entries.count == 1)
    guard case .folded(let into, _, _, _) = entries.first?.outcome else {
      Issue.record("\(entries)")
      return
    }
    #expect(into == ["z"])
  }
}

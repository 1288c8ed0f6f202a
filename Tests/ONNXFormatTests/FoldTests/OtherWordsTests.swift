import Bytes
import Testing

@testable import ONNXFormat

/// Batch normalizations that are written with Mul, Add, Sub, Div, Sqrt and Neg.
@Suite struct OtherWordsTests {
  private func model(_ words: [[UInt8]], _ constants: [[UInt8]]) -> SmallModel {
    var model = SmallModel()
    model.nodes = [node("Conv", ["x", "kernel"], ["c"])] + words
    model.initializers = [kernel("kernel", [4, 3, 3, 3])] + constants
    return model
  }

  private func column(_ name: String) -> [UInt8] { kernel(name, [1, 4, 1, 1]) }

  private func expectFolded(_ model: SmallModel, into operators: [ByteString]) throws {
    let folded = try FoldedModel(model)
    #expect(folded.ledger.folded.map(\.layer) == ["y"])
    #expect(try folded.verdict() == .equal)
    #expect(folded.operators == operators)
  }

  @Test func `A product and a sum`() throws {
    try expectFolded(
      model(
        [node("Mul", ["c", "s"], ["m"]), node("Add", ["t", "m"], ["y"])], [column("s"), column("t")]),
      into: ["Conv"])
  }

  @Test func `All of its formula, with a root that is computed`() throws {
    let words = [
      node("Add", ["variance", "epsilon"], ["v"]), node("Sqrt", ["v"], ["d"]),
      node("Sub", ["c", "mean"], ["r"]), node("Div", ["r", "d"], ["n"]), node("Neg", ["n"], ["o"]),
      node("Mul", ["gamma", "o"], ["m"]), node("Add", ["m", "beta"], ["y"]),
    ]
    let constants =
      ["gamma", "beta", "mean"].map { kernel($0, [4, 1, 1]) }
      + [initializer("variance", [4, 1, 1]), initializer("epsilon", [], [0.5])]
    try expectFolded(model(words, constants), into: ["Conv"])
  }

  @Test func `Channels last`() throws {
    var model = model(
      [
        node("Transpose", ["c"], ["l"], ["perm": [0, 2, 3, 1]]), node("MatMul", ["l", "square"], ["p"]),
        node("Mul", ["p", "s"], ["y"]),
      ], [kernel("square", [4, 4]), kernel("s", [4])])
    model.outputs = ["y"]
    try expectFolded(model, into: ["Conv", "Transpose", "MatMul"])
  }

  private func expectAlone(_ model: SmallModel, kept: Int = 0) throws {
    let folded = try FoldedModel(model)
    #expect(folded.count == 0 && folded.ledger.kept.count == kept, "\(folded.ledger.entries)")
    #expect(folded.operators == folded.original.model.graph.nodes.map(\.operatorType))
  }

  @Test func `Numbers along the width are left alone`() throws {
    var model = model([node("Mul", ["c", "s"], ["y"])], [kernel("s", [4])])
    model.inputs = [input("x", [2, 3, 6, 6])]
    try expectAlone(model)
  }

  @Test func `Numbers that enlarge the tensor are left alone`() throws {
    var model = model([node("Mul", ["c", "s"], ["y"])], [kernel("s", [2, 4, 1, 1])])
    model.inputs = [input("x", [1, 3, 6, 6])]
    try expectAlone(model)
  }

  @Test func `A picture, a bias and a single number are left alone`() throws {
    try expectAlone(model([node("Mul", ["c", "s"], ["y"])], [kernel("s", [4, 6, 6])]))
    try expectAlone(model([node("Add", ["c", "s"], ["y"])], [column("s")]))
    try expectAlone(model([node("Mul", ["c", "s"], ["y"])], [initializer("s", [], [2])]))
  }

  @Test func `What is divided by a tensor is left alone`() throws {
    try expectAlone(model([node("Div", ["s", "c"], ["y"])], [column("s")]))
  }

  @Test func `What is not next to a linear layer is left alone`() throws {
    try expectAlone(
      model([node("Sigmoid", ["c"], ["r"]), node("Mul", ["r", "s"], ["y"])], [column("s")]))
  }

  @Test func `One of which a part is read elsewhere stays in part`() throws {
    var model = model(
      [
        node("Mul", ["c", "s"], ["m"]), node("Add", ["m", "t"], ["y"]), node("Tanh", ["m"], ["z"]),
      ], [column("s"), column("t")])
    model.outputs = ["y", "z"]
    let folded = try FoldedModel(model)
    #expect(folded.ledger.folded.map(\.layer) == ["m"])
    #expect(try folded.verdict() == .equal)
  }
}

import Bytes
import Testing

@testable import ONNXFormat

/// Linear operators that take in a batch normalization.
@Suite struct FoldedLinearTests {
  private func expectFolded(
    _ model: SmallModel, count: Int = 1, _ place: SourceLocation = #_sourceLocation
  ) throws -> FoldedModel {
    let folded = try FoldedModel(model)
    #expect(folded.count == count, "\(folded.codes)", sourceLocation: place)
    #expect(try folded.verdict() == .equal, sourceLocation: place)
    return folded
  }

  @Test func `A convolution takes the place of the batch normalization's name`() throws {
    var model = SmallModel()
    model.nodes = [
      node("Conv", ["x", "kernel", "bias"], ["c"]), normalization(of: "c", as: "y"),
    ]
    model.initializers = [kernel("kernel", [4, 3, 3, 3]), kernel("bias", [4])] + normalizationConstants(4)
    let folded = try expectFolded(model)
    #expect(folded.operators == ["Conv"])
    #expect(folded.node("Conv")?.outputs == ["y"])
    #expect(folded.initializers == ["kernel", "bias"])
  }

  @Test func `A convolution without a bias gets one with a new name`() throws {
    var model = SmallModel()
    model.nodes = [node("Conv", ["x", "k.weight"], ["c"], ["group": 3]), normalization(of: "c", as: "y")]
    model.initializers = [kernel("k.weight", [6, 1, 3, 3])] + normalizationConstants(6)
    // A name that is wanted and taken.
    model.initializers.append(initializer("k.bias", [1]))
    let folded = try expectFolded(model)
    #expect(folded.node("Conv")?.inputs == ["x", "k.weight", "k.bias_1"])
    #expect(folded.initializers == ["k.weight", "k.bias", "k.bias_1"])
  }

  @Test func `An absent bias that is named empty gets a name`() throws {
    var model = SmallModel()
    model.nodes = [node("Conv", ["x", "kernel", ""], ["c"]), normalization(of: "c", as: "y")]
    model.initializers = [kernel("kernel", [4, 3, 1, 1])] + normalizationConstants(4)
    #expect(try expectFolded(model).node("Conv")?.inputs == ["x", "kernel", "bias"])
  }

  @Test(arguments: [1, 2] as [Int64])
  func `A transposed convolution has its output channels on the second axis`(groups: Int64) throws {
    var model = SmallModel()
    model.inputs = [input("x", [2, 4, 3, 3])]
    model.nodes = [
      node("ConvTranspose", ["x", "kernel"], ["c"], ["group": .integer(groups), "strides": [2, 2]]),
      normalization(of: "c", as: "y"),
    ]
    model.initializers = [kernel("kernel", [4, 4 / groups, 2, 2])] + normalizationConstants(4)
    _ = try expectFolded(model)
  }

  @Test(arguments: [0, 1] as [Int64])
  func `Gemm has its factors in its weights afterwards`(transposed: Int64) throws {
    var model = SmallModel()
    model.inputs = [input("x", [2, 3])]
    model.nodes = [
      node(
        "Gemm", ["x", "kernel", "bias"], ["c"], ["alpha": 0.3, "beta": 1.7, "transB": .integer(transposed)]),
      normalization(of: "c", as: "y"),
    ]
    model.initializers =
      [kernel("kernel", transposed == 1 ? [4, 3] : [3, 4]), kernel("bias", [1, 4])]
      + normalizationConstants(4)
    let folded = try FoldedModel(model)
    #expect(folded.count == 1)
    // The products of the original's weights with its factors are rounded in the proof, those of the other one once.
    #expect(try folded.verdict().isEqual)
    let gemm = try #require(folded.node("Gemm"))
    #expect(gemm.attributes.map(\.name) == ["transB"])
    #expect(folded.written.model.graph.initializers.map(\.shape).last == [1, 4])
  }

  @Test func `A product of matrices becomes Gemm`() throws {
    var model = SmallModel()
    model.inputs = [input("x", [nil, 3])]
    model.nodes = [node("MatMul", ["x", "kernel"], ["c"]), normalization(of: "c", as: "y")]
    model.initializers = [kernel("kernel", [3, 4])] + normalizationConstants(4)
    let folded = try expectFolded(model)
    #expect(folded.node("Gemm")?.inputs == ["x", "kernel", "bias"])
  }

  @Test func `A product with more axes is followed by a sum`() throws {
    var model = SmallModel()
    model.inputs = [input("x", [2, 5, 3])]
    model.nodes = [
      node("MatMul", ["x", "kernel"], ["c"]), node("Flatten", ["c"], ["f"], ["axis": 2]),
      normalization(of: "f", as: "n"), node("Shape", ["c"], ["s"]), node("Reshape", ["n", "s"], ["y"]),
    ]
    model.initializers = [kernel("kernel", [3, 4])] + normalizationConstants(4)
    let folded = try expectFolded(model)
    #expect(folded.operators == ["MatMul", "Add", "Flatten", "Shape", "Reshape"])
    #expect(folded.node("Add")?.outputs == ["c"])
    #expect(folded.node("Flatten")?.outputs == ["n"])
  }

  @Test func `A bias that is added on its own takes in the shift`() throws {
    var model = SmallModel()
    model.inputs = [input("x", [2, 3])]
    model.nodes = [
      node("MatMul", ["x", "kernel"], ["c"]), node("Add", ["bias", "c"], ["a"]),
      normalization(of: "a", as: "y"),
    ]
    model.initializers = [kernel("kernel", [3, 4]), kernel("bias", [4])] + normalizationConstants(4)
    let folded = try expectFolded(model)
    #expect(folded.operators == ["MatMul", "Add"])
    #expect(folded.initializers == ["kernel", "bias"])
  }

  @Test(arguments: [true, false])
  func `What is subtracted takes in the shift`(isFirst: Bool) throws {
    var model = SmallModel()
    model.inputs = [input("x", [2, 3])]
    model.nodes = [
      node("MatMul", ["x", "kernel"], ["c"]), node("Sub", isFirst ? ["bias", "c"] : ["c", "bias"], ["a"]),
      normalization(of: "a", as: "y"),
    ]
    model.initializers = [kernel("kernel", [3, 4]), kernel("bias", [4])] + normalizationConstants(4)
    #expect(try expectFolded(model).operators == ["MatMul", "Sub"])
  }

  @Test func `A consumer takes a batch normalization before it`() throws {
    var model = SmallModel()
    model.nodes = [
      normalization(of: "x", as: "n"), node("Conv", ["n", "kernel", "bias"], ["y"]),
    ]
    model.initializers = [kernel("kernel", [4, 3, 3, 3]), kernel("bias", [4])] + normalizationConstants(3)
    let folded = try expectFolded(model)
    #expect(folded.node("Conv")?.inputs == ["x", "kernel", "bias"])
  }
}

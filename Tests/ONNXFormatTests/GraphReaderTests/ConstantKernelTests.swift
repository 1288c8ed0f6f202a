import Bytes
import Elements
import ModelGraph
import Testing

@testable import ONNXFormat

/// What no input changes is a constant, however the model says it; what a caller may change is none.
@Suite struct ConstantKernelTests {
  /// A way to a kernel of two filters of size 1, over three channels.
  struct Way: CustomTestStringConvertible {
    let testDescription: String
    var initializers: [[UInt8]] = []
    let nodes: [[UInt8]]
    var elements: [Double] = [1, 2, 3, 4, 5, 6]
  }

  static let ways = [
    Way(
      testDescription: "Constant",
      nodes: [node("Constant", [], ["k"], ["value": .tensor(initializer("", [2, 3, 1, 1]))])]),
    Way(
      testDescription: "Identity", initializers: [initializer("c", [2, 3, 1, 1])],
      nodes: [node("Identity", ["c"], ["k"])]),
    Way(
      testDescription: "Transpose", initializers: [initializer("c", [1, 3, 2, 1])],
      nodes: [node("Transpose", ["c"], ["k"], ["perm": [2, 1, 0, 3]])], elements: [1, 3, 5, 2, 4, 6]),
    Way(
      testDescription: "Reshape",
      initializers: [initializer("c", [6]), initializer("s", integers: [-1, 3, 1, 1])],
      nodes: [node("Reshape", ["c", "s"], ["k"])]),
    Way(
      testDescription: "Reshape of Transpose of Constant",
      initializers: [initializer("s", integers: [2, 3, 1, 1])],
      nodes: [
        node("Constant", [], ["c"], ["value": .tensor(initializer("", [3, 2]))]),
        node("Transpose", ["c"], ["t"]), node("Reshape", ["t", "s"], ["k"]),
      ], elements: [1, 3, 5, 2, 4, 6]),
    Way(
      testDescription: "ConstantOfShape", initializers: [initializer("s", integers: [2, 3, 1, 1])],
      nodes: [node("ConstantOfShape", ["s"], ["k"], ["value": .tensor(initializer("", [1], [7]))])],
      elements: [7, 7, 7, 7, 7, 7]),
    Way(
      testDescription: "Unsqueeze of value_floats", initializers: [initializer("s", integers: [0, 2, 3])],
      nodes: [
        node("Constant", [], ["c"], ["value_floats": .floats([1, 2, 3])]),
        node("Unsqueeze", ["c", "s"], ["u"]), node("Concat", ["u", "u"], ["k"], ["axis": 0]),
      ], elements: [1, 2, 3, 1, 2, 3]),
    Way(
      testDescription: "Div, as a scale that was never folded",
      initializers: [initializer("c", [2, 3, 1, 1]), initializer("d", [2, 1, 1, 1], [1, 2])],
      nodes: [node("Div", ["c", "d"], ["k"])], elements: [1, 2, 3, 2, 2.5, 3]),
  ]

  @Test(arguments: ways) func `A kernel is a constant that other nodes make`(way: Way) throws {
    let source = try SmallModel(
      initializers: way.initializers, nodes: way.nodes + [node("Conv", ["x", "k"], ["y"])]
    ).source()
    let layer = try #require(source.layer())
    #expect(layer.variables?.map(\.role) == [.kernel])
    #expect(layer.variables?.map(\.shape) == [[2, 3, 1, 1]])
    guard case .convolution = layer.operation else {
      Issue.record("\(layer.operation)")
      return
    }
    #expect(try source.numbers(.kernel) == way.elements)
    let kernel = try #require(layer.variables?.first)
    #expect(try kernel.elements(from: source, range: 2..<4) == Array(way.elements[2..<4]))
  }

  private func expectComputedKernel(_ source: ONNXSource) {
    guard case .tensor(let operation) = source.layer()?.operation,
      case .layer(.convolution, let weights) = operation.kind
    else {
      Issue.record("\(String(describing: source.layer()?.operation))")
      return
    }
    #expect(weights == [.kernel] && operation.operands == [.tensor(0), .tensor(1)])
    #expect(source.layer()?.variables?.isEmpty == true)
  }

  @Test func `A kernel that is an input of the model is none`() throws {
    let source = try SmallModel(
      inputs: [input("x", [2, 3, 8, 8]), input("k", [2, 3, 1, 1])],
      nodes: [node("Conv", ["x", "k"], ["y"])]
    ).source()
    expectComputedKernel(source)
    #expect(source.graph.inputs.count == 2)
  }

  @Test func `A kernel that depends on an input is none`() throws {
    let source = try SmallModel(
      inputs: [input("x", [2, 3, 8, 8]), input("a", [1])], initializers: [initializer("c", [2, 3, 1, 1])],
      nodes: [node("Mul", ["c", "a"], ["k"]), node("Conv", ["x", "k"], ["y"])]
    ).source()
    expectComputedKernel(source)
  }

  @Test func `An initializer that the caller may replace is none, unless initializers had to be inputs`()
    throws
  {
    var model = SmallModel(
      inputs: [input("x", [2, 3, 8, 8]), input("k", [2, 3, 1, 1])],
      initializers: [initializer("k", [2, 3, 1, 1])], nodes: [node("Conv", ["x", "k"], ["y"])])
    for version: Int64 in [4, 10] {
      model.irVersion = version
      let source = try model.source()
      expectComputedKernel(source)
      #expect(source.graph.inputs.count == 1, "it has a value of its own")
      #expect(source.layer("k")?.className == "Initializer (replaceable)")
    }
    model.irVersion = 3
    let source = try model.source()
    #expect(source.layer()?.variables?.map(\.role) == [.kernel])
    #expect(source.layer("k") == nil)
  }

  /// Found by FuzzONNXGraph: the reader waited for itself.
  @Test func `A constant whose axes are reordered twice`() throws {
    let source = try SmallModel(
      inputs: [input("x", [2, 3, 4])], initializers: [initializer("c", [2, 3, 4])],
      nodes: [
        node("Transpose", ["c"], ["a"], ["perm": [2, 0, 1]]),
        node("Transpose", ["a"], ["b"], ["perm": [1, 2, 0]]),
        node("Add", ["x", "b"], ["y"]),
      ]
    ).source()
    #expect(try source.numbers(.operand(1)) == (1...24).map { Double($0) })
  }

  @Test func `A constant whose axes are reordered, seen in another shape and reordered again`() throws {
    let source = try SmallModel(
      inputs: [input("x", [3, 2])],
      initializers: [initializer("c", [2, 3]), initializer("s", integers: [2, 3])],
      nodes: [
        node("Transpose", ["c"], ["a"]), node("Reshape", ["a", "s"], ["b"]), node("Transpose", ["b"], ["d"]),
        node("Add", ["x", "d"], ["y"]),
      ]
    ).source()
    #expect(try source.numbers(.operand(1)) == [1, 5, 4, 3, 2, 6])
  }
}

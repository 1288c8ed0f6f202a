import Bytes
import ModelGraph
import Testing

@testable import ONNXFormat

/// Shapes that a model computes are known when it is read, as far as its inputs' shapes are.
@Suite struct ComputedShapeTests {
  /// Flattens all but the first axis, by the sizes of the input as exporters ask for them.
  private func flattening(_ shape: [Int64?]) -> SmallModel {
    SmallModel(
      inputs: [input("x", shape)],
      initializers: [
        initializer("zero", integers: [0], isScalar: true), initializer("axis", integers: [0]),
        initializer("rest", integers: [-1]),
      ],
      nodes: [
        node("Shape", ["x"], ["shape"]), node("Gather", ["shape", "zero"], ["batch"]),
        node("Unsqueeze", ["batch", "axis"], ["batches"]),
        node("Concat", ["batches", "rest"], ["target"], ["axis": 0]),
        node("Reshape", ["x", "target"], ["y"]),
      ])
  }

  @Test func `A computed shape becomes part of the layer`() throws {
    let source = try flattening([2, 3, 4]).source()
    #expect(source.layer()?.operation == .reshape(.sizes([.number(2), .rest])))
    #expect(source.graph.calls.last?.inputs.count == 1)
    #expect(source.graph.recordedShapes[source.graph.outputs[0]] == [2, 12])
  }

  @Test func `A shape that is not known stays an operand`() throws {
    let source = try flattening([nil, 3, 4]).source()
    #expect(
      source.layer()?.operation
        == .tensor(TensorOperation(.reshape(allowsZero: false), operands: [.tensor(0), .tensor(1)])))
  }

  @Test func `Arithmetic of sizes is done exactly`() throws {
    let source = try SmallModel(
      inputs: [input("x", [2, 6])],
      initializers: [initializer("two", integers: [2]), initializer("one", integers: [1])],
      nodes: [
        node("Shape", ["x"], ["shape"]), node("Slice", ["shape", "one", "two"], ["width"]),
        node("Div", ["width", "two"], ["half"]),
        node("Concat", ["two", "two", "half"], ["target"], ["axis": 0]),
        node("Reshape", ["x", "target"], ["y"]),
      ]
    ).source()
    #expect(source.layer()?.operation == .reshape(.sizes([.number(2), .number(2), .number(3)])))
  }

  @Test(
    arguments: [
      ([0, -1], .sizes([.axis(0), .rest])), ([6, -1], .sizes([.number(6), .rest])),
      ([-1, -1], nil), ([-2, 12], nil),
    ] as [([Int64], Reshape?)])
  func `A stated shape is part of the layer if it is one`(target: [Int64], reshape: Reshape?) throws {
    let source = try SmallModel(
      inputs: [input("x", [2, 3, 4])], initializers: [initializer("target", integers: target)],
      nodes: [node("Reshape", ["x", "target"], ["y"])]
    ).source()
    guard let reshape else {
      #expect(
        source.layer()?.operation
          == .tensor(TensorOperation(.reshape(allowsZero: false), operands: [.tensor(0), .weight([2])])))
      return
    }
    #expect(source.layer()?.operation == .reshape(reshape))
  }

  @Test func `A zero that is allowed is no size of the input`() throws {
    let source = try SmallModel(
      inputs: [input("x", [0, 3])], initializers: [initializer("target", integers: [3, 0])],
      nodes: [node("Reshape", ["x", "target"], ["y"], ["allowzero": 1])]
    ).source()
    #expect(
      source.layer()?.operation
        == .tensor(TensorOperation(.reshape(allowsZero: true), operands: [.tensor(0), .weight([2])])))
    #expect(source.graph.recordedShapes[source.graph.outputs[0]] == [3, 0])
  }

  @Test(
    arguments: [
      (1, [2, 3, 4], .flatten), (2, [2, 3, 4], .sizes([.number(6), .rest])),
      (3, [2, 3, 4], .sizes([.number(24), .rest])), (0, [2, 3, 4], .sizes([.number(1), .rest])),
      (-1, [nil, 3, 4], .sizes([.rest, .number(4)])),
    ] as [(Int64, [Int64?], Reshape)])
  func `Flatten is a shape with two axes`(axis: Int64, shape: [Int64?], reshape: Reshape) throws {
    let source = try SmallModel(
      inputs: [input("x", shape)], nodes: [node("Flatten", ["x"], ["y"], ["axis": .integer(axis)])]
    ).source()
    #expect(source.layer()?.operation == .reshape(reshape))
  }
}

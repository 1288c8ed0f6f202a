import Bytes
import Elements
import ModelGraph
import Testing

@testable import ONNXFormat

/// An operator is the same operation in all its versions, wherever these have its parameters.
@Suite struct OperatorVersionTests {
  /// One thing to do to x, in the words of several versions.
  struct Case: CustomTestStringConvertible {
    let testDescription: String
    let operation: ModelGraph.Operation
    /// Elements of the weights, which are operands.
    var weights: [[Double]] = []
    let versions: [(version: Int64, node: [UInt8])]

    init(
      _ name: String, _ operation: ModelGraph.Operation, weights: [[Double]] = [],
      _ versions: [(version: Int64, node: [UInt8])]
    ) {
      (testDescription, self.operation, self.weights, self.versions) = (name, operation, weights, versions)
    }
  }

  private static let constants = [
    initializer("low", [], [-1]), initializer("high", [], [1]), initializer("empty", [0]),
    initializer("scales", [4], [1, 1, 2, 2]), initializer("one", integers: [1]),
    initializer("two", integers: [2]), initializer("three", integers: [3]),
    initializer("zero", integers: [0]), initializer("parts", integers: [1, 2]),
    initializer("pads", integers: [0, 0, 1, 2, 0, 0, 3, 4]), initializer("five", [], [5]),
    initializer("yes", boolean: true), initializer("no", boolean: false), initializer("half", [], [0.5]),
  ]

  private static func tensor(
    _ kind: TensorOperator, _ operands: [TensorOperation.Operand], outputs: Int = 1
  ) -> ModelGraph.Operation { .tensor(TensorOperation(kind, operands: operands, outputCount: outputs)) }

  static let cases = [
    Case(
      "Clip", tensor(.clip, [.tensor(0), .weight([]), .weight([])]), weights: [[-1], [1]],
      [
        (6, node("Clip", ["x"], ["y"], ["min": -1.0, "max": 1.0])),
        (11, node("Clip", ["x", "low", "high"], ["y"])), (13, node("Clip", ["x", "low", "high"], ["y"])),
      ]),
    Case(
      "Pad with zeros",
      .function(
        .zeroPadding([
          EdgeAmounts(before: 0, after: 0), EdgeAmounts(before: 0, after: 0),
          EdgeAmounts(before: 1, after: 3), EdgeAmounts(before: 2, after: 4),
        ])),
      [
        (6, node("Pad", ["x"], ["y"], ["pads": [0, 0, 1, 2, 0, 0, 3, 4]])),
        (11, node("Pad", ["x", "pads"], ["y"])), (18, node("Pad", ["x", "pads"], ["y"])),
      ]),
    Case(
      "Pad with a number", tensor(.pad(.constant), [.tensor(0), .weight([8]), .weight([])]),
      weights: [[0, 0, 1, 2, 0, 0, 3, 4], [5]],
      [
        (6, node("Pad", ["x"], ["y"], ["pads": [0, 0, 1, 2, 0, 0, 3, 4], "value": 5.0])),
        (11, node("Pad", ["x", "pads", "five"], ["y"])),
      ]),
    Case(
      "Slice",
      .function(
        .selection([.range(start: nil, stop: nil, step: 1), .range(start: 1, stop: 3, step: 1)])),
      [
        (6, node("Slice", ["x"], ["y"], ["starts": [1], "ends": [3], "axes": [1]])),
        (10, node("Slice", ["x", "one", "three", "one"], ["y"])),
        (13, node("Slice", ["x", "one", "three", "one", "one"], ["y"])),
      ]),
    Case(
      "Squeeze", .reshape(.squeeze(axes: [2])),
      [(11, node("Squeeze", ["x"], ["y"], ["axes": [2]])), (13, node("Squeeze", ["x", "two"], ["y"]))]),
    Case(
      "Unsqueeze", .reshape(.expansion(axes: [2])),
      [(11, node("Unsqueeze", ["x"], ["y"], ["axes": [2]])), (13, node("Unsqueeze", ["x", "two"], ["y"]))]),
    Case(
      "Split", tensor(.split(axis: 1), [.tensor(0), .weight([2])], outputs: 2), weights: [[1, 2]],
      [
        (11, node("Split", ["x"], ["y", "rest"], ["axis": 1, "split": [1, 2]])),
        (13, node("Split", ["x", "parts"], ["y", "rest"], ["axis": 1])),
      ]),
    Case(
      "Split into equal parts", tensor(.split(axis: 2), [.tensor(0)], outputs: 2),
      [
        (11, node("Split", ["x"], ["y", "rest"], ["axis": 2])),
        (13, node("Split", ["x"], ["y", "rest"], ["axis": 2])),
        (18, node("Split", ["x"], ["y", "rest"], ["axis": 2, "num_outputs": 2])),
      ]),
    Case(
      "ReduceSum", .function(.reduction(.sum, axes: [1], keepsAxes: false)),
      [
        (11, node("ReduceSum", ["x"], ["y"], ["axes": [1], "keepdims": 0])),
        (13, node("ReduceSum", ["x", "one"], ["y"], ["keepdims": 0])),
      ]),
    Case(
      "ReduceMax", .function(.reduction(.maximum, axes: [1], keepsAxes: true)),
      [
        (13, node("ReduceMax", ["x"], ["y"], ["axes": [1]])), (18, node("ReduceMax", ["x", "one"], ["y"])),
      ]),
    Case(
      "ReduceMean over all places is pooling",
      .globalPooling(
        GlobalPooling(reduction: .average, rank: 2, keepsAxes: true, dataFormat: .channelsFirst)),
      [
        (13, node("ReduceMean", ["x"], ["y"], ["axes": [-1, 2]])),
        (17, node("GlobalAveragePool", ["x"], ["y"])),
      ]),
    Case(
      "TopK",
      tensor(
        .topElements(axis: 1, areLargest: true, areSorted: true), [.tensor(0), .weight([1])], outputs: 2),
      weights: [[2]],
      [
        (6, node("TopK", ["x"], ["y", "i"], ["axis": 1, "k": 2])),
        (11, node("TopK", ["x", "two"], ["y", "i"], ["axis": 1])),
      ]),
    Case(
      "Dropout", .identity,
      [
        (6, node("Dropout", ["x"], ["y"], ["is_test": 1, "ratio": 0.25])),
        (7, node("Dropout", ["x"], ["y"], ["ratio": 0.25])),
        (12, node("Dropout", ["x", "half"], ["y"], ["seed": 1])),
        (13, node("Dropout", ["x", "half", "no"], ["y"])),
      ]),
    Case(
      "Upsample and Resize",
      tensor(
        .resize(TensorResizing(mode: .nearest(.floor), coordinates: .asymmetric)),
        [.tensor(0), .absent, .weight([4])]), weights: [[1, 1, 2, 2]],
      [
        (7, node("Upsample", ["x"], ["y"], ["scales": .floats([1, 1, 2, 2])])),
        (9, node("Upsample", ["x", "scales"], ["y"])), (10, node("Resize", ["x", "scales"], ["y"])),
        (
          11,
          node(
            "Resize", ["x", "empty", "scales"], ["y"],
            ["coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"])
        ),
        (
          13,
          node(
            "Resize", ["x", "", "scales"], ["y"],
            ["coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"])
        ),
      ]),
    Case(
      "Softmax before 13 is over the axis and all after it", .activation(.softmax(axes: [2, 3])),
      [(11, node("Softmax", ["x"], ["y"], ["axis": 2]))]),
    Case(
      "Softmax before 13 begins at axis 1", .activation(.softmax(axes: [1, 2, 3])),
      [(11, node("Softmax", ["x"], ["y"]))]),
    Case(
      "Softmax from 13 on is along the axis", .activation(.softmax(axes: [2])),
      [(13, node("Softmax", ["x"], ["y"], ["axis": 2]))]),
    Case(
      "Softmax from 13 on is along the last axis", .activation(.softmax(axes: [-1])),
      [(13, node("Softmax", ["x"], ["y"]))]),
  ]

  @Test(arguments: cases) func `Every version is the same operation`(one: Case) throws {
    for (version, node) in one.versions {
      let source = try SmallModel(
        operatorSets: ["": version], initializers: Self.constants, nodes: [node]
      ).source()
      let layer = try #require(source.layer())
      #expect(layer.operation == one.operation, "version \(version)")
      let weights = try (layer.variables ?? []).map { variable in
        variable.elementType.isFloatingPoint
          ? try variable.elements(from: source)
          : try integers(variable, source)
      }
      #expect(weights == one.weights, "version \(version)")
    }
  }

  private func integers(_ variable: Variable, _ source: ONNXSource) throws -> [Double] {
    guard case .stored(let number) = variable.value else { return [] }
    let bytes = try source.bytes(ofWeight: number, elements: 0..<variable.shape.elementCount)
    return stride(from: 0, to: bytes.count, by: 8).map { Double(bytes[$0]) }
  }

  @Test func `Dropout that may drop something is carried`() throws {
    let source = try SmallModel(
      initializers: Self.constants, nodes: [node("Dropout", ["x", "half", "yes"], ["y"])]
    ).source()
    #expect(source.carriedReason() == "it may drop elements (training_mode)")
  }

  @Test(
    arguments: [
      (6, batchNormalization(), "training"), (6, batchNormalization(["is_test": 1]), nil),
      (7, batchNormalization(), nil), (7, batchNormalization(["spatial": 0]), "spatial"),
      (9, batchNormalization(), nil),
      (9, batchNormalization(outputs: ["y", "m", "v", "sm", "sv"]), "training"),
      (9, batchNormalization(outputs: ["y", "", "", "", ""]), nil), (14, batchNormalization(), nil),
      (14, batchNormalization(["training_mode": 0]), nil),
      (14, batchNormalization(outputs: ["y", "m", "v"], ["training_mode": 1]), "training"),
    ] as [(Int64, [UInt8], String?)])
  func `Every version has its own way to train`(version: Int64, node: [UInt8], obstacle: String?) throws {
    let source = try SmallModel(
      operatorSets: ["": version], initializers: normalizationConstants, nodes: [node]
    ).source()
    guard case .batchNormalization(let normalization) = source.layer()?.operation else {
      Issue.record("\(String(describing: source.layer()?.operation))")
      return
    }
    #expect((normalization.obstacle == nil) == (obstacle == nil))
    #expect(normalization.obstacle?.contains(obstacle ?? "") != false)
  }

  @Test func `Version 6 repeats the second operand from an axis on, and only if it is told to`() throws {
    var model = SmallModel(
      operatorSets: ["": 6], initializers: [initializer("c", [3])],
      nodes: [node("Add", ["x", "c"], ["y"], ["broadcast": 1, "axis": 1])])
    let source = try model.source()
    #expect(
      source.layer()?.operation == .function(.combination(.add, .tensor(0), .weight(1, [3, 1, 1]))))
    #expect(try source.numbers(.operand(1)) == [1, 2, 3])
    model.nodes = [node("Add", ["x", "c"], ["y"])]
    #expect(
      try model.source().carriedReason() == "the attribute broadcast does not have a value that is known")
    model.nodes = [node("Add", ["x", "c"], ["y"], ["broadcast": 1, "axis": 9])]
    #expect(try model.source().carriedReason() == "the attribute axis does not have a value that is known")
    model.operatorSets = ["": 7]
    model.nodes = [node("Add", ["x", "c"], ["y"], ["broadcast": 1, "axis": 1])]
    #expect(try model.source().carriedReason() == "bnfold does not know what the attribute axis does")
  }

  @Test(arguments: [0, 1] as [Int64])
  func `A MaxPool gives the places of its maxima where something reads them`(order: Int64) throws {
    var model = SmallModel(nodes: [
      node("MaxPool", ["x"], ["y", "i"], ["kernel_shape": [2, 2], "storage_order": .integer(order)])
    ])
    guard case .pooling = try model.source().layer()?.operation else {
      Issue.record("it is no pooling")
      return
    }
    model.outputs = ["y", "i"]
    guard case .tensor(let operation) = try model.source().layer()?.operation,
      case .maximumPooling(let pooling, let isFirstAxisFastest) = operation.kind
    else {
      Issue.record("it gives no places")
      return
    }
    #expect(pooling.poolSize == [2, 2] && operation.outputCount == 2)
    #expect(isFirstAxisFastest == (order == 1))
  }
}

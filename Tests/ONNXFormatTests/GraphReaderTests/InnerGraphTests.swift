import Bytes
import Elements
import Inference
import ModelFormats
import ModelGraph
import Testing

@testable import ONNXFormat

/// Branches of If and functions of the model run as they do in ONNX.
@Suite struct InnerGraphTests {
  private static let condition = input("c", [], type: 9)

  private func run(_ model: SmallModel, _ x: [Float], condition: Bool? = nil) throws -> [TensorValue<Float>] {
    let source = try model.source()
    var values = [TensorValue.numbers(DenseArray(shape: [x.count], values: x))]
    if let condition {
      values.append(.integers(IntegerArray(shape: [], values: [condition ? 1 : 0], type: .boolean)))
    }
    return try GraphEvaluator<Float>(weights: source).evaluate(source.graph, inputs: values).values
  }

  private func conditional(_ first: [UInt8], _ second: [UInt8], outputs: [String] = ["y"]) -> [UInt8] {
    node("If", ["c"], outputs, ["then_branch": .graph(first), "else_branch": .graph(second)])
  }

  private func model(_ nodes: [[UInt8]], functions: [[UInt8]] = [], isConditional: Bool = true) -> SmallModel
  {
    SmallModel(
      operatorSets: ["": 17, "own": 1], inputs: [input("x", [2])] + (isConditional ? [Self.condition] : []),
      nodes: nodes, functions: functions)
  }

  @Test func `The condition chooses, also between values of other types and shapes`() throws {
    let first = innerGraph([node("Shape", ["x"], ["a"]), node("Neg", ["x"], ["b"])], outputs: ["a", "b"])
    let second = innerGraph(
      [node("Identity", ["t"], ["a"]), node("Exp", ["x"], ["b"])],
      initializers: [initializer("t", integers: [3, 4])], outputs: ["a", "b"])
    var model = model([conditional(first, second, outputs: ["y", "z"])])
    model.outputs = ["y", "z"]
    let taken = try run(model, [1, 2], condition: true)
    #expect(taken[0].integers?.values == [2] && taken[1].numbers.values == [-1, -2])
    let other = try run(model, [0, 0], condition: false)
    #expect(other[0].integers?.values == [3, 4] && other[1].numbers.values == [1, 1])
  }

  @Test func `A branch that is not taken is not run`() throws {
    let impossible = innerGraph(
      [node("Reshape", ["x", "s"], ["z"])], initializers: [initializer("s", integers: [7])], outputs: ["z"])
    let plain = innerGraph([node("Neg", ["x"], ["z"])], outputs: ["z"])
    let model = model([conditional(impossible, plain)])
    #expect(try run(model, [1, 2], condition: false)[0].numbers.values == [-1, -2])
    #expect(throws: EvaluationError.self) { try run(model, [1, 2], condition: true) }
  }

  @Test func `A branch reads what is around it, at any depth`() throws {
    let inner = innerGraph([node("Add", ["x", "outer"], ["z"])], outputs: ["z"])
    let middle = innerGraph([conditional(inner, inner, outputs: ["w"])], outputs: ["w"])
    let model = model([node("Neg", ["x"], ["outer"]), conditional(middle, middle)])
    #expect(try run(model, [1, 2], condition: true)[0].numbers.values == [0, 0])
  }

  @Test func `A function has attributes, their default values, and parameters that are absent`() throws {
    func reference(_ name: String) -> [UInt8] { text(1, name) + text(21, name) + number(20, 1) }
    let elu = node("Elu", ["a"], ["e"]) + field(5, reference("alpha"))
    let clip = node("Clip", ["e", "low", "high"], ["b"])
    let called = function("Own", ["a", "low", "high"], ["b"], [elu, clip]) + text(6, "alpha")
    let call = { (attributes: KeyValuePairs<String, Attribute>) in
      node("Own", ["x", ""], ["y"], attributes, domain: "own")
    }
    let x: [Float] = [-100, 2]
    let given = try run(model([call(["alpha": 2.0])], functions: [called], isConditional: false), x)
    #expect(given[0].numbers.values == [-2, 2])
    let absent = try run(model([call([:])], functions: [called], isConditional: false), x)
    #expect(absent[0].numbers.values == [-1, 2])
    let withDefault =
      function("Own", ["a", "low", "high"], ["b"], [elu, clip]) + field(11, attribute("alpha", 3.0))
    let usual = try run(model([call([:])], functions: [withDefault], isConditional: false), x)
    #expect(usual[0].numbers.values == [-3, 2])
  }

  @Test func `A function has its own versions of the operators`() throws {
    // Before version 13 all axes from the one given on are normalized together.
    let inner = [node("Softmax", ["a"], ["b"], ["axis": 0])]
    for (version, expected) in [(11, 0.25), (13, 0.5)] as [(Int64, Float)] {
      var model = model(
        [
          node("Reshape", ["x", "s"], ["r"]), node("Own", ["r"], ["y"], domain: "own"),
        ], functions: [function("Own", ["a"], ["b"], inner, version: version)], isConditional: false)
      model.inputs = [input("x", [4])]
      model.initializers = [initializer("s", integers: [2, 2])]
      #expect(try run(model, [1, 1, 1, 1])[0].numbers.values == [Float](repeating: expected, count: 4))
    }
  }

  @Test func `Names of one branch are not those of the other, or of the graph around`() throws {
    let branch = innerGraph([node("Neg", ["x"], ["z"])], outputs: ["z"])
    #expect(throws: Never.self) { try model([conditional(branch, branch)]).source() }
    let missing = innerGraph([node("Neg", ["nowhere"], ["z"])], outputs: ["z"])
    #expect(throws: ModelFileError.self) { try model([conditional(branch, missing)]).source() }
    let twice = innerGraph([node("Neg", ["x"], ["z"]), node("Neg", ["x"], ["z"])], outputs: ["z"])
    #expect(throws: ModelFileError.self) { try model([conditional(twice, branch)]).source() }
  }
}

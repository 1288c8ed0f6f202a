import Bytes
import ModelFormats
import Testing

@testable import ONNXFormat

/// A name is given once, before it is read.
@Suite struct GraphNameTests {
  private func expect(
    _ rule: ONNXGraphRule, at place: String, _ model: SmallModel,
    location: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: ModelFileError.self, sourceLocation: location) { try model.source() }
    guard case .broken(let found) = error?.rule else {
      Issue.record("\(String(describing: error))", sourceLocation: location)
      return
    }
    #expect(found as? ONNXGraphRule == rule, sourceLocation: location)
    #expect(error?.place == place, sourceLocation: location)
    #expect(error?.file.hasSuffix("model.onnx") == true, sourceLocation: location)
  }

  @Test func `A tensor that nothing gives`() {
    expect(.undefinedName("z"), at: "the node y", SmallModel(nodes: [node("Relu", ["z"], ["y"])]))
    expect(
      .undefinedName("z"), at: "the node y",
      SmallModel(nodes: [node("Relu", ["z"], ["y"]), node("Relu", ["x"], ["z"])]))
    expect(.undefinedName("y"), at: "the node y", SmallModel(nodes: [node("Relu", ["y"], ["y"])]))
  }

  @Test func `A tensor of no graph around an inner one`() {
    let branch = innerGraph([node("Relu", ["z"], ["w"])], outputs: ["w"])
    expect(
      .undefinedName("z"), at: "the node y",
      SmallModel(nodes: [node("Own", [], ["y"], ["a": .graph(branch)])]))
    let empty = innerGraph([], outputs: ["z"])
    expect(
      .undefinedName("z"), at: "the node y", SmallModel(nodes: [node("Own", [], ["y"], ["a": .graph(empty)])])
    )
  }

  @Test func `An output that nothing gives`() {
    expect(.undefinedName("y"), at: "the graph", SmallModel(nodes: [node("Relu", ["x"], ["z"])]))
  }

  @Test func `A tensor that is given twice`() {
    let relu = node("Relu", ["x"], ["y"])
    expect(.repeatedName("y"), at: "the node y", SmallModel(nodes: [relu, relu]))
    expect(.repeatedName("x"), at: "the node x", SmallModel(nodes: [node("Relu", ["x"], ["x"])]))
    expect(
      .repeatedName("y"), at: "the node y", SmallModel(initializers: [initializer("y", [1])], nodes: [relu]))
    expect(
      .repeatedName("y"), at: "the node y", SmallModel(nodes: [node("Split", ["x"], ["y", "y"])]))
    expect(
      .repeatedName("c"), at: "the graph",
      SmallModel(initializers: [initializer("c", [1]), initializer("c", [2])], nodes: [relu]))
    expect(
      .repeatedName("x"), at: "the graph",
      SmallModel(inputs: [input("x", [1]), input("x", [1])], nodes: [relu]))
  }

  @Test func `Absent operands and results have no name`() throws {
    let source = try SmallModel(
      initializers: [initializer("high", [], [1])],
      nodes: [node("Clip", ["x", "", "high"], ["y"]), node("Own", ["", "x"], ["", ""], domain: "own")]
    ).source()
    #expect(source.graph.calls.count == 3)
    #expect(source.layer("Own") != nil)
  }
}

import Bytes
import Elements
import ModelGraph
import Testing

@testable import ONNXFormat

/// What is not understood is carried, with the reason, and with all that tells it from another node.
@Suite struct CarriedNodeTests {
  /// A node that is carried.
  struct Case: CustomTestStringConvertible {
    let node: [UInt8]
    var operatorSets: KeyValuePairs<String, Int64> = ["": 17, "own": 1]
    var outputs = ["y"]
    let reason: CarriedReason

    var testDescription: String { "\(reason)" }
  }

  private static let branch = innerGraph([node("Relu", ["x"], ["z"])], outputs: ["z"])
  private static let softmax = innerGraph([node("Softmax", ["x"], ["z"])], outputs: ["z"])
  private static let relu = node("Relu", ["x"], ["y"])

  static let cases = [
    Case(
      node: node("Relu", ["x"], ["y"], ["alpha": 1.0]), reason: .unknownAttribute("alpha")),
    Case(
      node: node("Conv", ["x", "k"], ["y"], ["kernel_shape": [2, 2]]), reason: .attribute("kernel_shape")),
    Case(node: node("Conv", ["x", "k"], ["y"], ["strides": "2"]), reason: .attribute("strides")),
    Case(node: node("Unheard", ["x"], ["y"]), reason: .unknownOperator("Unheard", domain: "")),
    Case(
      node: node("BatchNormalization", ["x"], ["y"], domain: "own"),
      reason: .unknownOperator("BatchNormalization", domain: "own")),
    Case(node: node("Called", ["x"], ["y"], ["unknown": 1], domain: "own"), reason: .function("Called")),
    Case(
      node: node(
        "If", ["c"], ["y"], ["then_branch": .graph(branch), "else_branch": .graph(branch), "more": 1]),
      reason: .innerGraphs),
    Case(
      node: node("If", ["c"], ["y", "z"], ["then_branch": .graph(branch), "else_branch": .graph(branch)]),
      outputs: ["y", "z"], reason: .innerGraphs),
    Case(node: node("Loop", ["", "c"], ["y"], ["body": .graph(branch)]), reason: .innerGraphs),
    Case(node: relu, operatorSets: ["": 29], reason: .newVersion(29)),
    Case(node: relu, operatorSets: ["": 5], reason: .oldVersion(5)),
    Case(node: relu, operatorSets: ["own": 1], reason: .notImported(domain: "")),
    Case(node: node("Relu", ["x", "x"], ["y"]), reason: .operands(2)),
    Case(node: node("Conv", ["", "k"], ["y"]), reason: .operands(2)),
    Case(node: node("Relu", ["x"], ["y", "more"]), outputs: ["y", "more"], reason: .output(1)),
    Case(node: node("GlobalAveragePool", ["unknown"], ["y"]), reason: .rank),
  ]

  @Test(arguments: cases) func `A node is carried with the reason`(one: Case) throws {
    let source = try SmallModel(
      operatorSets: one.operatorSets,
      inputs: [input("x", [2, 3, 8, 8]), input("c", [], type: 9), text(1, "unknown")],
      initializers: [initializer("k", [4, 3, 3, 3])], nodes: [one.node],
      outputs: one.outputs,
      functions: [function("Called", ["a"], ["b"], [node("Relu", ["a"], ["b"])])]
    ).source()
    #expect(source.carriedReason() == "\(one.reason)")
  }

  @Test func `A newer version is carried, the newest that is known is not`() throws {
    let source = try SmallModel(
      operatorSets: ["": OperatorTable.versions.upperBound], nodes: [Self.relu]
    ).source()
    #expect(source.layer()?.operation == .activation(.relu(RectifiedLinear())))
  }

  @Test func `Constants of a carried node are weights, and names that its graphs read are inputs`() throws {
    let constant = node("Constant", [], ["z"], ["value": .tensor(initializer("", [2]))])
    let other = innerGraph([node("Add", ["x", "k"], ["z"])], outputs: ["z"])
    let source = try SmallModel(
      inputs: [input("x", [2]), input("c", [], type: 9)], initializers: [initializer("k", [2])],
      nodes: [
        node(
          "Own", ["c"], ["y"],
          ["then_branch": .graph(innerGraph([constant], outputs: ["z"])), "else_branch": .graph(other)])
      ]
    ).source()
    let layer = try #require(source.layer())
    #expect(source.graph.calls.last?.inputs.count == 2, "the condition and x")
    #expect(layer.variables?.map(\.name) == ["k", ""])
    #expect(layer.variables?.map(\.role) == [.operand(2), .other(0)])
  }

  private func configuration(_ node: [UInt8], _ functions: [[UInt8]] = []) throws -> ByteString? {
    try SmallModel(operatorSets: ["": 17, "own": 1], nodes: [node], functions: functions).source().layer()?
      .configuration
  }

  @Test func `Nodes that do something else have another text`() throws {
    let nodes = [
      node("Own", ["x"], ["y"], domain: "own"), node("Own", ["x"], ["y"], ["a": 1], domain: "own"),
      node("Own", ["x"], ["y"], ["a": 2], domain: "own"),
      node("Own", ["x"], ["y"], ["a": 1.0], domain: "own"),
      node("Own", ["x"], ["y"], ["a": "1"], domain: "own"),
      node("Own", ["x"], ["y"], ["a": [1]], domain: "own"),
      node("Own", ["x"], ["y"], ["b": 1], domain: "own"), node("Own", ["", "x"], ["y"], domain: "own"),
      node("Own", ["x"], ["y", "z"], domain: "own"), node("Own", ["x"], ["y"], domain: "other"),
      node("Own", ["x"], ["y"], ["a": .graph(Self.branch)], domain: "own"),
      node(
        "Own", ["x"], ["y"], ["a": .graph(innerGraph([node("Elu", ["x"], ["z"])], outputs: ["z"]))],
        domain: "own"),
    ]
    let texts = try nodes.map { try configuration($0) }
    #expect(Set(texts).count == nodes.count && !texts.contains(nil))
    let called = try ["Relu", "Elu"].map {
      try configuration(nodes[1], [function("Own", ["a"], ["b"], [node($0, ["a"], ["b"])])])
    }
    #expect(Set(texts + called).count == nodes.count + 2)
    #expect(
      try configuration(node("Own", ["x"], ["y"], ["a": 1, "b": 2], domain: "own"))
        == configuration(node("Own", ["x"], ["y"], ["b": 2, "a": 1], domain: "own")))
  }

  @Test func `Versions, default values and overloads are a part of the text`() throws {
    // An attribute that the function does not have: it is carried.
    let call = node("Own", ["x"], ["y"], ["unknown": 1], domain: "own")
    let inner = [node("Softmax", ["a"], ["b"])]
    let functions = [
      function("Own", ["a"], ["b"], inner), function("Own", ["a"], ["b"], inner, version: 11),
      function("Own", ["a"], ["b"], inner) + field(11, attribute("axis", 1)),
      function("Own", ["a"], ["b"], inner) + field(11, attribute("axis", 2)),
    ]
    let texts = try functions.map { try configuration(call, [$0]) }
    #expect(Set(texts).count == functions.count)
    let overloads = ["Relu", "Elu"].map {
      function("Own", ["a"], ["b"], [node($0, ["a"], ["b"])]) + text(13, "second")
    }
    let second = try overloads.map { try configuration(call + text(8, "second"), [functions[0], $0]) }
    #expect(second[0] != second[1])
    let graph = node("Own", ["x"], ["y"], ["a": .graph(Self.softmax)])
    let versions: [Int64] = [11, 13]
    let ofVersions = try versions.map {
      try SmallModel(operatorSets: ["": $0], nodes: [graph]).source().layer()?.configuration
    }
    #expect(ofVersions[0] != ofVersions[1])
  }

  @Test func `What is not read is compared as bytes`() throws {
    let long = String(repeating: "a", count: 70_000)
    let sparse =
      innerGraph([], outputs: ["s"]) + field(15, field(1, initializer("s", [1], [5])) + number(3, 2))
    let values: [(Attribute, end: [UInt8])] = [
      (.text(long), Array(long.utf8)), (.graph(sparse), number(3, 2)),
    ]
    for (value, end) in values {
      let source = try SmallModel(
        operatorSets: ["own": 1], nodes: [node("Own", ["x"], ["y"], ["a": value], domain: "own")]
      ).source()
      let unread = try #require(source.layer()?.variables?.last)
      #expect(unread.role == .other(0) && unread.elementType == .integer(bits: 8, isSigned: false))
      guard case .stored(let number) = unread.value else {
        Issue.record("\(unread.value)")
        return
      }
      let bytes = try source.bytes(ofWeight: number, elements: 0..<unread.shape.elementCount)
      #expect(bytes.suffix(end.count) == end[...] && bytes.count > end.count)
    }
  }

  @Test(.timeLimit(.minutes(1))) func `Functions that call each other have a text that ends`() throws {
    let circle = [
      function("A", ["a"], ["b"], [node("B", ["a"], ["b"], domain: "own")]),
      function("B", ["a"], ["b"], [node("A", ["a"], ["b"], domain: "own")]),
    ]
    #expect(try configuration(node("A", ["x"], ["y"], domain: "own"), circle) != nil)
    // Each calls the next one twice: written out at each call, the last one would be there 2^60 times.
    let chain = (0..<60).map { number in
      function(
        "F\(number)", ["a"], ["c"],
        [
          node("F\(number + 1)", ["a"], ["b"], domain: "own"),
          node("F\(number + 1)", ["b"], ["c"], domain: "own"),
        ])
    }
    let text = try #require(try configuration(node("F0", ["x"], ["y"], domain: "own"), chain))
    #expect(text.bytes.count < 100_000)
  }
}

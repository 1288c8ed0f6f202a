import Bytes
import Elements
import ModelFormats
import Testing
import Wire

@testable import ONNXFormat

/// Each rule of a model that a file breaks is told as itself, with what it is about.
@Suite struct ONNXRuleTests {
  private static let node = text(4, "Relu")
  private static let float = [UInt8](repeating: 0, count: 4)

  private static func attribute(_ content: [UInt8]...) -> [UInt8] {
    encodedModel(field(1, node, field(5, text(1, "a"), content.flatMap { $0 })))
  }

  private static func location(_ location: String) -> [UInt8] {
    encodedModel(tensor: tensor(1, [1], external(["location": location])))
  }

  static let broken: [(bytes: [UInt8], rule: ONNXRule, place: String)] = [
    (field(7), .noVersion, ""),
    (number(1, 8), .noGraph, ""),
    (
      number(1, 8) + field(8, number(2, 9)) + field(8, text(1, "ai.onnx"), number(2, 10)) + field(7),
      .repeatedOperatorSet(domain: ""), ""
    ),
    (
      encodedModel(text(2, String(repeating: "n", count: 65_537))), .longName(bytes: 65_537, limit: 65_536),
      ""
    ),
    (encodedModel(field(1, text(2, "y"))), .noOperator, "the node y"),
    (
      encodedModel(
        field(1, node, field(5, text(1, "a"), number(20, 2)), field(5, text(1, "a"), number(20, 2)))),
      .repeatedAttribute(name: "a"), "the node (Relu)"
    ),
    (encodedModel(field(1, node, field(5, number(20, 2)))), .noAttributeName, "the node (Relu)"),
    (attribute(number(20, 15)), .attributeType(15), "the node (Relu), the attribute a"),
    (attribute(number(20, -1)), .attributeType(-1), "the node (Relu), the attribute a"),
    (attribute(number(20, 4)), .noValue, "the node (Relu), the attribute a"),
    (attribute(number(20, 5)), .noValue, "the node (Relu), the attribute a"),
    (attribute(), .noValue, "the node (Relu), the attribute a"),
    (attribute(number(3, 1), text(4, "s")), .severalValues, "the node (Relu), the attribute a"),
    (
      attribute(number(20, 4), field(5, tensor(1, [1]))), .elementCount(found: 0, expected: 1),
      "the node (Relu), the attribute a, the tensor t"
    ),
    (encodedModel(tensor: tensor(0, [])), .elementType(0), "the tensor t"),
    (encodedModel(tensor: tensor(29, [])), .elementType(29), "the tensor t"),
    (
      encodedModel(tensor: tensor(1, .init(repeating: 1, count: 65), field(9, float))), .rank(65, limit: 64),
      "the tensor t"
    ),
    (encodedModel(tensor: tensor(1, [2, -1], field(9, float))), .negativeAxis(-1), "the tensor t"),
    (encodedModel(tensor: tensor(1, [1 << 32, 1 << 32], field(9, float))), .sizeOverflow, "the tensor t"),
    (encodedModel(tensor: tensor(1, [0, 1 << 32, 1 << 32])), .sizeOverflow, "the tensor t"),
    (encodedModel(tensor: tensor(1, [1 << 61], field(9, float))), .sizeOverflow, "the tensor t"),
    (encodedModel(tensor: tensor(1, [1], field(3), field(9, float))), .segment, "the tensor t"),
    (
      encodedModel(tensor: tensor(1, [1], field(9, float), field(4, float))), .severalStorages, "the tensor t"
    ),
    (
      encodedModel(tensor: tensor(1, [1], field(9, float), external(["location": "d"]))), .severalStorages,
      "the tensor t"
    ),
    (
      encodedModel(tensor: tensor(1, [1], field(4, float), external(["location": "d"]))), .severalStorages,
      "the tensor t"
    ),
    (encodedModel(tensor: tensor(1, [1], number(5, 1))), .otherStorage(type: .float32), "the tensor t"),
    (
      encodedModel(tensor: tensor(1, [1], field(4, float), number(5, 1))), .otherStorage(type: .float32),
      "the tensor t"
    ),
    (
      encodedModel(tensor: tensor(8, [1], field(9, [1]))), .otherStorage(type: .other("string")),
      "the tensor t"
    ),
    (
      encodedModel(tensor: tensor(1, [2], field(9, float))), .byteCount(found: 4, expected: 8), "the tensor t"
    ),
    (encodedModel(tensor: tensor(22, [3], field(9, [1]))), .byteCount(found: 1, expected: 2), "the tensor t"),
    (
      encodedModel(tensor: tensor(1, [2], field(4, float))), .elementCount(found: 1, expected: 2),
      "the tensor t"
    ),
    (encodedModel(tensor: tensor(1, [], field(4))), .elementCount(found: 0, expected: 1), "the tensor t"),
    (
      encodedModel(tensor: tensor(14, [1], field(4, float))), .elementCount(found: 1, expected: 2),
      "the tensor t"
    ),
    (
      encodedModel(tensor: tensor(8, [2], text(6, "a"))), .elementCount(found: 1, expected: 2), "the tensor t"
    ),
    (encodedModel(tensor: tensor(1, [1], external([:]))), .location, "the tensor t"),
    (
      encodedModel(tensor: tensor(1, [1], external(["location": "a", "location": "a"]))), .location,
      "the tensor t"
    ),
    (
      encodedModel(tensor: tensor(1, [1], external(["location": "a", "offset": "-1"]))),
      .externalNumber(key: "offset"), "the tensor t"
    ),
    (
      encodedModel(tensor: tensor(1, [1], external(["location": "a", "length": "99999999999999999999"]))),
      .externalNumber(key: "length"), "the tensor t"
    ),
    (
      encodedModel(tensor: tensor(1, [1], external(["location": "a", "offset": "0", "offset": "0"]))),
      .externalNumber(key: "offset"), "the tensor t"
    ),
    (
      encodedModel(tensor: tensor(8, [1], external(["location": "a"]))), .externalNumber(key: "length"),
      "the tensor t"
    ),
    (
      encodedModel(tensor: tensor(1, [1], external(["location": "a", "length": "8"]))),
      .byteCount(found: 8, expected: 4), "the tensor t"
    ),
    (
      encodedModel(tensor: tensor(1, [1], external(["location": "a", "offset": "\(Int.max - 1)"]))),
      .sizeOverflow,
      "the tensor t"
    ),
    (
      encodedModel(
        field(5, tensor(1, [2], external(["location": "a"]))),
        field(5, tensor(1, [2], external(["location": "./a", "offset": "4"])))),
      .externalOverlap(4..<12, 0..<8), "the tensor t"
    ),
    (
      encodedModel(field(15, field(1, tensor(1, [1], external(["location": "a"]))))), .externalSparse, ""
    ),
  ]

  @Test(arguments: broken.indices)
  func `Each broken rule is an error with its place`(index: Int) throws {
    let (bytes, rule, place) = Self.broken[index]
    let error = #expect(throws: ModelFileError.self) { try read(bytes) }
    guard case .broken(let found) = error?.rule else {
      Issue.record("\(String(describing: error)) instead of \(rule)")
      return
    }
    #expect(found as? ONNXRule == rule)
    #expect(error?.place == place)
    #expect(!rule.description.isEmpty)
  }

  @Test(arguments: [
    "", "/etc/passwd", "../data", "a/../../data", "a/..", "..", ".", "a/.", "a//b", "a/", "a\\..\\b",
    "..\\b", "a\u{0}b", String(repeating: "n", count: 256), String(repeating: "a/", count: 2048) + "a",
  ])
  func `A location that may lead anywhere is refused as a text`(location: String) throws {
    let error = #expect(throws: ModelFileError.self) { try read(Self.location(location)) }
    guard case .broken(let rule) = error?.rule else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(rule as? ONNXRule == .forbiddenLocation(ByteString(location)))
  }

  @Test(arguments: [
    ("data", "data"), ("./a/./b.data", "a/b.data"), ("...", "..."), ("a..b", "a..b"), ("C:", "C:"),
  ])
  func `Other locations are files in the folder`(location: String, expected: ByteString) throws {
    #expect(try read(Self.location(location)).externalFiles == [expected])
  }

  @Test func `Damaged messages are told by the wire`() throws {
    let error = #expect(throws: ModelFileError.self) { try read(encodedModel(field(1, [0x22, 5, 1]))) }
    guard case .wire(let wire) = error?.rule else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(wire.rule == .length(5, left: 1))
    #expect("\(try #require(error))".hasPrefix("model.onnx: the message is damaged at byte"))
  }

  @Test(
    arguments: [
      (2, 256), (2, -1), (3, 128), (3, -129), (4, 65_536), (5, -32_769), (6, 1 << 31), (9, 2), (9, -1),
      (10, 65_536), (16, -32_769), (12, 1 << 32),
    ] as [(Int64, Int64)])
  func `A number that is no element of its type is refused when it is read`(type: Int64, value: Int64) throws
  {
    let model = try read(encodedModel(tensor: tensor(type, [1], number(type == 12 ? 11 : 5, value))))
    let tensor = model.graph.initializers[0]
    let error = #expect(throws: ModelFileError.self) {
      try ONNXTensorReader(model).bytes(of: tensor, elements: 0..<1)
    }
    guard case .broken(let rule) = error?.rule else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(rule as? ONNXRule == .value(value, type: tensor.elementType))
    #expect(error?.place == "the tensor t")
  }
}

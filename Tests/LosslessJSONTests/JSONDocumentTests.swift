import Bytes
import LosslessJSON
import Testing

@Suite struct JSONDocumentTests {
  private func parse(_ text: String, limits: JSONLimits = JSONLimits()) throws(JSONError) -> JSONValue {
    try JSONDocument(parsing: Array(text.utf8), limits: limits).root
  }

  private func rule(_ text: String, limits: JSONLimits = JSONLimits()) -> JSONError.Rule? {
    do throws(JSONError) {
      _ = try parse(text, limits: limits)
      return nil
    } catch {
      return error.rule
    }
  }

  @Test func `Values keep their order and numbers their spelling`() throws {
    let root = try parse(#"{"b": 1e-3, "a": [1, -0.50, true, null, "x\u00e9\ud83d\ude00\n"]}"#)
    #expect(root.members?.map(\.key) == ["b", "a"])
    guard case .number(let spelling)? = root["b"]?.kind else {
      Issue.record("not a number")
      return
    }
    #expect(spelling == "1e-3")
    let list = try #require(root["a"]?.array)
    #expect(list[0].integer == 1)
    #expect(list[1].double == -0.5)
    #expect(list[2].boolean == true)
    #expect(list[3].isNull)
    #expect(list[4].string == "x\u{E9}\u{1F600}\n")
  }

  @Test(arguments: [
    ("", JSONError.Rule.unexpectedEnd), ("[1, 2", .unexpectedEnd), ("{\"a\": 1} x", .trailingBytes),
    ("{\"a\": 1, \"a\": 2}", .duplicateKey("a")),
    ("NaN", .unexpectedByte(UInt8(ascii: "N"), expected: "a value")),
    ("[Infinity]", .unexpectedByte(UInt8(ascii: "I"), expected: "a value")), ("1e999", .invalidNumber),
    ("01", .invalidNumber), ("1.", .invalidNumber), ("-", .invalidNumber),
    ("[1,]", .unexpectedByte(UInt8(ascii: "]"), expected: "a value")), ("\"\\x\"", .invalidString),
    ("\"\u{1}\"", .invalidString), ("\"\\ud800\"", .invalidString),
    ("{1: 2}", .unexpectedByte(UInt8(ascii: "1"), expected: "a key")),
    ("nul", .unexpectedByte(UInt8(ascii: "n"), expected: "a value")),
  ])
  func `What is not JSON is refused with its rule`(text: String, expected: JSONError.Rule) {
    #expect(rule(text) == expected)
  }

  @Test(arguments: ["NaN", "Infinity", "-Infinity"])
  func `Python's spellings of numbers that are not finite are accepted where asked for`(text: String) throws {
    var limits = JSONLimits()
    limits.acceptsNonFiniteNumbers = true
    let root = try JSONDocument(parsing: Array("[\(text), 1]".utf8), limits: limits).root
    guard case .number(let spelling)? = root.array?.first?.kind else {
      Issue.record("not a number")
      return
    }
    #expect(spelling == ByteString(text))
    #expect(root.array?.first?.double == nil)
  }

  @Test func `Keys that are equal as text and different as bytes are two keys`() throws {
    #expect(try parse("{\"\u{E9}\": 1, \"e\u{301}\": 2}").members?.count == 2)
  }

  @Test func `Depth, number and length are limited`() {
    var limits = JSONLimits()
    limits.depth = 3
    #expect(rule("[[[[1]]]]", limits: limits) == .tooDeep(limit: 3))
    limits = JSONLimits()
    limits.values = 3
    #expect(rule("[1, 2, 3]", limits: limits) == .tooManyValues(limit: 3))
    limits = JSONLimits()
    limits.bytes = 4
    #expect(rule("[1, 2]", limits: limits) == .tooLong(bytes: 6, limit: 4))
  }

  @Test func `Deep nesting ends in an error, not in a full stack`() {
    #expect(rule(String(repeating: "[", count: 100_000)) == .tooDeep(limit: 256))
  }
}

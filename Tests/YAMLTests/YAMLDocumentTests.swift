import Bytes
import Testing
import YAML

/// What of YAML is read, and what is refused with its line.
@Suite struct YAMLDocumentTests {
  private func parse(_ text: String) throws(YAMLError) -> YAMLNode? {
    try YAMLDocument(parsing: Array(text.utf8)).root
  }

  @Test func `Maps, lists and scalars keep their order, their lines and their quotes`() throws {
    let root = try #require(try parse("a: 1e-05\nb:\n  - x\n  - \"2\"\nc: ~\nd: null\ne: \"null\"\n"))
    #expect(root.members?.map { $0.key.text } == ["a", "b", "c", "d", "e"])
    #expect(root["a"]?.number == 1e-05)
    #expect(root["b"]?.elements?.map(\.text) == ["x", "2"])
    #expect(root["b"]?.elements?.map(\.line) == [3, 4])
    // A number in quotes is text, and so is null.
    #expect(root["b"]?.elements?[1].number == nil)
    #expect(root["c"]?.isNull == true && root["d"]?.isNull == true && root["e"]?.isNull == false)
    #expect(root["f"] == nil && root["a"]?.members == nil && root["a"]?.elements == nil)
  }

  @Test func `An empty text is no value`() throws {
    #expect(try parse("") == nil && parse("# nothing\n") == nil)
  }

  @Test(arguments: [
    ("a: 1\na: 2\n", 2, "a is there twice"), ("- &x 1\n- *x\n", 2, "aliases"),
    ("[a]: 1\n", 1, "a key is not text"), ("a: 1\n---\nb: 2\n", 2, "second document"),
    ("a: [1\nb: 2\n", 2, ""), ("a:\n\t- b\n", 2, ""),
    (String(repeating: "[", count: 40) + String(repeating: "]", count: 40), 1, "too deep"),
  ])
  func `What cannot be read is refused with its line`(text: String, line: Int, words: String) {
    let error = #expect(throws: YAMLError.self) { try YAMLDocument(parsing: Array(text.utf8)) }
    #expect(error?.line == line && error?.description.contains(words) == true, "\(error as Any)")
  }

  @Test(arguments: [
    "plain", "with \"quotes\" and \\", "tab\tline\n", "", "null", "1e5", "\u{1}\u{85}\u{2028}\u{FEFF}",
    "\u{1F600}", "Größe 数 ∂",
  ])
  func `A quoted text is read back as it was`(text: String) throws {
    let node = try #require(try parse(ByteString(text).quotedInYAML))
    #expect(node.text == ByteString(text) && !node.isNull && node.number == nil)
    #expect(ByteString(text).quotedInYAML.utf8.allSatisfy { $0 >= 32 })
  }
}

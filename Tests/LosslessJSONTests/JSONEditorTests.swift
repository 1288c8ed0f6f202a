import Bytes
import LosslessJSON
import Testing

@Suite struct JSONEditorTests {
  private func edited(_ text: String, _ edit: (inout JSONEditor, JSONValue) -> Void) throws -> String {
    let document = try JSONDocument(parsing: Array(text.utf8))
    var editor = JSONEditor(document)
    edit(&editor, document.root)
    return String(decoding: editor.apply(), as: UTF8.self)
  }

  @Test func `Without edits the text is the same`() throws {
    let text = "{ \"a\" :1.0e+0,\t\"b\": [ ] }"
    #expect(try edited(text) { _, _ in } == text)
  }

  @Test func `Only the edited value changes`() throws {
    let result = try edited("{ \"a\" :1.0e+0, \"b\": {\"c\": false}}") { editor, root in
      editor.set("c", of: root["b"]!, to: "true")
      editor.set("d", of: root["b"]!, to: "3")
    }
    #expect(result == "{ \"a\" :1.0e+0, \"b\": {\"c\": true, \"d\": 3}}")
  }

  @Test func `A key is added to an empty object`() throws {
    #expect(try edited("{}") { $0.set("a", of: $1, to: "1") } == "{\"a\": 1}")
  }

  @Test(arguments: [
    ([0], "[1, 2, 3]"), ([3], "[0, 1, 2]"), ([1, 2], "[0, 3]"), ([2, 3], "[0, 1]"), ([0, 3], "[1, 2]"),
    ([0, 1, 2], "[3]"), ([0, 1, 2, 3], "[]"), ([], "[0, 1, 2, 3]"),
  ])
  func `Elements go with their commas`(indices: [Int], expected: String) throws {
    #expect(try edited("[0, 1, 2, 3]") { $0.remove(Set(indices), from: $1) } == expected)
  }

  @Test(arguments: ["plain", "q\"b\\s/", "line\nfeed\u{1}", "nörm 層 😀"])
  func `A quoted text reads back as itself`(text: String) throws {
    let quoted = JSONEditor.quoted(ByteString(text))
    #expect(quoted.bytes.allSatisfy { (0x20..<0x7F).contains($0) })
    #expect(try JSONDocument(parsing: quoted.bytes).root.string == ByteString(text))
  }
}

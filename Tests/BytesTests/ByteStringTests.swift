import Bytes
import Testing

@Suite struct ByteStringTests {
  @Test func `Names are compared as bytes, not as text`() {
    let composed = ByteString("\u{E9}")
    let decomposed = ByteString("e\u{301}")
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed]).count == 2)
  }

  @Test(arguments: [
    ("\u{1B}[31mred", "\\u{1b}[31mred"), ("a\nb", "a\\u{a}b"), ("\u{202E}evil", "\\u{202e}evil"),
    ("\u{2066}x\u{200B}", "\\u{2066}x\\u{200b}"), ("nörm 層", "nörm 層"),
  ])
  func `What could change the terminal is shown as an escape`(text: String, shown: String) {
    #expect(ByteString(text).description == shown)
  }

  @Test func `Bytes that are not UTF-8 are shown as such`() {
    #expect(ByteString([0x61, 0xFF, 0x62]).description == "a\\u{fffd}b")
  }
}

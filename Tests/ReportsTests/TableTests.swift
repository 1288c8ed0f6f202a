import Testing

@testable import Reports

/// Columns of text that fit where they are read.
@Suite struct TableTests {
  private func lines(_ rows: [[String]], width: Int?) -> [String] {
    var table = Table(["Name", "Kind", "Why"])
    for row in rows { table.add(row) }
    return table.lines(for: TextStyle(width: width))
  }

  private let sentence =
    "it reads a sum of two branches, which would both have to be scaled by the same factor"

  @Test func `The last column is broken between words`() {
    let lines = lines([["bn1", "kept", sentence]], width: 50)
    #expect(lines.allSatisfy { $0.displayWidth <= 50 })
    #expect(lines.dropFirst(2).allSatisfy { $0.hasPrefix("            ") })
    #expect(
      lines.dropFirst().flatMap { $0.split(separator: " ") }.dropFirst(2).joined(separator: " ") == sentence)
  }

  @Test func `Where no width is known a row is a line`() {
    #expect(lines([["bn1", "kept", sentence]], width: nil).count == 2)
  }

  @Test func `What is beside a long name begins on a line of its own`() {
    let name = String(repeating: "n", count: 45)
    let lines = lines([[name, "kept", sentence], ["bn2", "kept", "short"]], width: 60)
    #expect(lines[1] == name + "  kept")
    #expect(lines[2].hasPrefix("      it reads") && lines.dropFirst().allSatisfy { $0.displayWidth <= 60 })
  }

  @Test func `Wide letters are two columns, and marks none`() {
    #expect("卷积".displayWidth == 4 && "e\u{301}".displayWidth == 1 && "✓".displayWidth == 1)
    #expect("한국".displayWidth == 4 && "🚀".displayWidth == 2 && "ｗ".displayWidth == 2)
    let lines = lines([["卷积", "kept", "x"], ["bn12", "kept", "x"]], width: nil)
    #expect(lines[1] == "卷积  kept  x" && lines[2] == "bn12  kept  x")
  }

  @Test func `A word is never broken`() {
    let word = String(repeating: "w", count: 30)
    #expect(
      Paragraph("a \(word) b", width: 10, first: "- ", rest: "  ").lines == ["- a", "  \(word)", "  b"])
  }
}

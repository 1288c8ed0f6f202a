import Testing

@testable import Reports

/// How much is said, and in which colors.
@Suite struct TextStyleTests {
  @Test func `Quiet is one line`() {
    let lines = TextRenderer(TextStyle(detail: .verdict)).lines(Samples.folded)
    #expect(lines.count == 1 && lines[0].hasPrefix("✓ "))
  }

  @Test func `Colors are only where they are wanted, and end where they begin`() {
    let plain = TextRenderer(TextStyle()).lines(Samples.folded).joined()
    #expect(!plain.contains("\u{1B}"))
    let colored = TextRenderer(TextStyle(hasColor: true)).lines(Samples.folded).joined()
    #expect(colored.contains("\u{1B}[32m✓\u{1B}[0m"))
    #expect(colored.replacing(#/\u{1B}\[\d*m/#, with: "") == plain)
  }

  @Test(arguments: [80, 100, 200]) func `Lines are no wider than a person reads`(width: Int) {
    let lines = TextRenderer(TextStyle(width: width)).lines(Samples.folded)
    #expect(lines.count > 8 && lines.allSatisfy { $0.displayWidth <= min(width, 100) })
  }
}

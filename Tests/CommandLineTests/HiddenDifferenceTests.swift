import Fixtures
import LosslessJSON
import Testing

/// A bias that a ReLU hides: no sentence of a report says more than was compared.
@Suite struct HiddenDifferenceTests {
  private let directory = TemporaryDirectory()
  private let original = Fixtures.fixture("keras3", "dense").path

  /// The folded model; channel 5 of its kernel is 0, and a ReLU follows.
  private func folded() throws -> String {
    let path = directory.file("folded.h5")
    #expect(try Binary.run(["fold", original, "-o", path]).code == 0)
    return path
  }

  private func bytes(_ number: Float) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> ($0 * 8)) }
  }

  @Test func `A bias that has no effect is not called exact`() throws {
    let path = try folded()
    var content = try readFile(path)
    let bias = bytes(-0.17239850759506226)
    let place = try #require(content.indices.first { content[$0...].starts(with: bias) })
    content.replaceSubrange(place..<place + 4, with: bytes(-0.345))
    try writeFile(path, content)
    let text = try Binary.run(["verify", original, path])
    #expect(text.code == 0)
    let words = text.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("each the exact value, rounded once, but in 1 channel that no output depends on"))
    #expect(words.contains("without effect: 1 channel in 1 layer, the first dense,"))
    let json = try Binary.run(["verify", original, path, "--json"])
    let check = try #require(try JSONDocument(parsing: Array(json.output.utf8)).root["check"])
    #expect(check["verdict"]?.string == "equal" && check["hidden_differences"]?["channels"]?.integer == 1)
    #expect(check["hidden_differences"]?["layers"]?.array?.first?.string == "dense")
    let gate = try Binary.run(["verify", original, path, "--fail-on", "code:hidden-differences"])
    #expect(gate.code == 1)
  }

  @Test func `A right fold has none`() throws {
    let json = try Binary.run(["verify", original, folded(), "--json"])
    let check = try #require(try JSONDocument(parsing: Array(json.output.utf8)).root["check"])
    #expect(check["hidden_differences"]?["channels"]?.integer == 0)
  }
}

import BatchNormFolding
import Fixtures
import Testing

/// The program in docs/library.md: this module alone has to be enough.
@Suite struct LibraryTests {
  @Test func `A program opens, folds, writes and verifies`() throws {
    let directory = TemporaryDirectory()
    let model = try ModelFile(opening: Fixtures.fixture("keras3", "pattern_densenet_block").path)
    #expect(model.layers.count == 10)
    #expect(model.layers.reduce(0) { $0 + $1.parameterCount } == model.parameterCount)
    let folded = try model.fold()
    let kept = folded.ledger.kept.map { entry -> String in
      guard case .kept(let refusal) = entry.outcome else { return "" }
      return "\(entry.layer): \(refusal.code.rawValue)"
    }
    #expect(kept == ["bn_outer: no-producer"])
    let report = try folded.write(to: directory.file("folded.h5"))
    #expect(report?.passed == true)
    let other = try ModelFile(opening: directory.file("folded.h5"))
    #expect(try model.verify(other).passed)
  }
}

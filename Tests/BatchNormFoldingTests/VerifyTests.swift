import BatchNormFolding
import Fixtures
import Testing

@Suite struct VerifyTests {
  @Test func `A folded file is equal to its original, and another model is not`() throws {
    let directory = TemporaryDirectory()
    let original = try ModelFile(opening: Fixtures.fixture("keras3", "conv2d_same_strided").path)
    try original.fold().write(to: directory.file("folded.h5"))
    let report = try original.verify(try ModelFile(opening: directory.file("folded.h5")))
    #expect(report.verdict == .equal && report.isComplete)
    let other = try ModelFile(opening: Fixtures.fixture("keras3", "conv2d_dilated").path)
    #expect(try !original.verify(other).passed)
  }

  /// Fewer folds than there could be, by rules or by name, are no difference.
  @Test(arguments: ["rewrite_residual_stream", "rewrite_concatenation", "pattern_densenet_block"])
  func `A file that was folded with other options is equal as well`(name: String) throws {
    let original = try ModelFile(opening: Fixtures.fixture("keras3", name).path)
    let layers = try original.fold().ledger.entries.map(\.layer)
    for options in [FoldOptions(rules: .direct)] + layers.map({ FoldOptions(skipped: [$0]) }) {
      let directory = TemporaryDirectory()
      try original.fold(options).write(to: directory.file("folded.h5"))
      let folded = try ModelFile(opening: directory.file("folded.h5"))
      #expect(try original.verify(folded).verdict == .equal, "\(options)")
    }
  }

  @Test func `A model is equal to itself, with no folds`() throws {
    let original = try ModelFile(opening: Fixtures.fixture("keras2", "nested_twice").path)
    let report = try original.verify(original)
    #expect(report.verdict == .equal && report.differences.isEmpty)
  }

  @Test func `The same seed gives the same report, another seed another one`() throws {
    let directory = TemporaryDirectory()
    let original = try ModelFile(opening: Fixtures.fixture("keras3", "separable2d_multiplier2").path)
    try original.fold().write(to: directory.file("folded.h5"))
    let folded = try ModelFile(opening: directory.file("folded.h5"))
    func runs(_ seed: UInt64) throws -> [OutputRun] {
      guard case .run(let outputs) = try original.verify(folded, inputs: .random(seed: seed)).runs else {
        return []
      }
      return outputs
    }
    #expect(try runs(1) == runs(1))
    #expect(try runs(1) != runs(2))
  }
}

import BatchNormFolding
import Fixtures
import Testing

@Suite struct VerifyTests {
  @Test func `A folded file is equal to its original, and another model is not`() throws {
    let directory = TemporaryDirectory()
    let original = try ModelFile(opening: Fixtures.fixture("keras3", "conv2d_same_strided").path)
    try original.fold().write(to: directory.file("folded.h5"))
    let report = try original.verify(try ModelFile(opening: directory.file("folded.h5")))
    #expect(report.passed && report.isComplete && report.folds.count == 1)
    let other = try ModelFile(opening: Fixtures.fixture("keras3", "conv2d_dilated").path)
    #expect(try !original.verify(other).passed)
  }

  @Test func `A model is equal to itself, with no folds`() throws {
    let original = try ModelFile(opening: Fixtures.fixture("keras2", "nested_twice").path)
    let report = try original.verify(original)
    #expect(report.passed && report.folds.isEmpty)
  }

  @Test func `The same seed gives the same report, another seed another one`() throws {
    let directory = TemporaryDirectory()
    let original = try ModelFile(opening: Fixtures.fixture("keras3", "separable2d_multiplier2").path)
    try original.fold().write(to: directory.file("folded.h5"))
    let folded = try ModelFile(opening: directory.file("folded.h5"))
    func errors(_ seed: UInt64) throws -> [Double] {
      try original.verify(folded, seed: seed).folds.map(\.largestError)
    }
    #expect(try errors(1) == errors(1))
    #expect(try errors(1) != errors(2))
  }
}

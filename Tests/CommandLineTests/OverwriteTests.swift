import Fixtures
import Foundation
import Testing

/// No file that a command reads is lost by what it writes.
@Suite struct OverwriteTests {
  private let directory = TemporaryDirectory()
  private let folder = Fixtures.directory + "/keras3/pattern_resnet_block.folder"

  /// An unpacked archive that may be destroyed.
  private func unpacked() throws -> String {
    let copy = directory.file("u")
    mkdir(copy, 0o777)
    for name in ["config.json", "metadata.json", "model.weights.h5"] {
      try writeFile("\(copy)/\(name)", readFile("\(folder)/\(name)"))
    }
    return copy
  }

  @Test(arguments: ["config.json", "metadata.json", "model.weights.h5"])
  func `A file in the folder of a model is not replaced`(name: String) throws {
    let model = try unpacked()
    let path = "\(model)/\(name)"
    let content = try readFile(path)
    for option in [["--report", "json=\(path)"], ["--write-baseline", path]] {
      for command in ["inspect", "lint"] {
        let outcome = try Binary.run([command, model] + option)
        #expect(outcome.code == 64 && outcome.errors.contains("would replace"), "\(outcome.errors)")
      }
    }
    #expect(try readFile(path) == content)
  }

  @Test func `A drawing does not take the place of the model`() throws {
    let model = directory.file("m.svg")
    try writeFile(model, readFile(Fixtures.fixture("keras3", "dense").path))
    let outcome = try Binary.run(["inspect", model, "--graph", model, "--force"])
    #expect(outcome.code == 64 && outcome.errors.contains("The drawing would replace"))
  }

  @Test func `A report that is refused is not written either`() throws {
    let outcome = try Binary.run([
      "fold", Fixtures.fixture("keras3", "dense").path, "-o", directory.file("x.h5"), "--report",
      "json=\(directory.file("x.h5"))",
    ])
    #expect(outcome.code == 64 && directory.contents.isEmpty)
  }

  @Test func `The output of one model is not another model of the same call`() throws {
    let (first, second) = (directory.file("a.h5"), directory.file("a.folded.h5"))
    try writeFile(first, readFile(Fixtures.fixture("keras3", "dense").path))
    try writeFile(second, readFile(Fixtures.fixture("keras3", "pattern_resnet_block").path))
    let content = try readFile(second)
    let outcome = try Binary.run(["fold", first, second, "--force"])
    #expect(outcome.code == 64 && outcome.errors.contains("which is folded as well"), "\(outcome.errors)")
    #expect(try readFile(second) == content)
  }

  @Test func `A baseline stays where not every model was looked at`() throws {
    let (model, baseline) = (Fixtures.fixture("keras3", "dense").path, directory.file("b.json"))
    try #require(try Binary.run(["inspect", model, "--write-baseline", baseline]).code == 0)
    let content = try readFile(baseline)
    let broken = Fixtures.malformed("truncated")
    #expect(try Binary.run(["inspect", model, broken, "--write-baseline", baseline]).code == 65)
    #expect(try readFile(baseline) == content)
    let output = directory.file("o.h5")
    #expect(try Binary.run(["fold", model, "-o", output, "--write-baseline", "/nonexistent/b"]).code == 73)
    #expect(directory.contents == ["b.json"])
  }
}

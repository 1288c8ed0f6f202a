import Fixtures
import Foundation
import LosslessJSON
import Testing

/// The binary as a user runs it: exit codes, files, reports.
@Suite struct BinaryTests {
  private let model = Fixtures.fixture("keras3", "pattern_resnet_block").path

  @Test func `fold writes, reports and ends with 0`() throws {
    let directory = TemporaryDirectory()
    let outcome = try Binary.run(["fold", model, "-o", directory.file("out.h5")])
    #expect(outcome.code == 0)
    #expect(outcome.output.hasPrefix("✓ \(model) -> \(directory.file("out.h5"))  "))
    #expect(outcome.output.contains("\n  3 of 3 batch normalizations folded\n"))
    #expect(
      outcome.output.contains(#/\n  layers \d+ -> \d+   parameters \d+ -> \d+   file [\d.]+ -> [\d.]+ kB\n/#))
    #expect(outcome.output.contains("\n✓ equal: proven, "))
    #expect(!outcome.output.contains("\u{1B}"))
    #expect(outcome.errors.isEmpty)
    #expect(directory.contents == ["out.h5"])
    #expect(try Binary.run(["verify", model, directory.file("out.h5"), "--require-full-check"]).code == 0)
  }

  @Test func `The JSON report has every batch normalization once`() throws {
    let directory = TemporaryDirectory()
    let outcome = try Binary.run(["fold", model, "-o", directory.file("out.h5"), "--json"])
    let root = try JSONDocument(parsing: Array(outcome.output.utf8)).root
    let entries = try #require(root["batch_normalizations"]?.array)
    #expect(Set(entries.compactMap { $0["layer"]?.string }).count == 3)
    #expect(entries.allSatisfy { $0["outcome"]?.string == "folded" && $0["into"]?.array?.count == 1 })
    #expect(root["counts"]?["folded"]?.integer == 3)
    #expect(root["check"]?["passed"]?.boolean == true)
    let inspection = try Binary.run(["inspect", model, "--json"])
    #expect(try JSONDocument(parsing: Array(inspection.output.utf8)).root["layers"]?.array?.isEmpty == false)
  }

  @Test(arguments: [
    [], ["nonsense"], ["fold"], ["fold", "in.h5", "-o", "out.h5", "--in-place"],
    ["fold", "in.h5", "-o", "out.h5", "--skip-check", "--require-full-check"], ["verify", "in.h5"],
    ["fold", "in.h5", "-o", "out.h5", "--seed", "x"],
  ])
  func `Wrong usage ends with 64`(arguments: [String]) throws {
    let outcome = try Binary.run(arguments)
    #expect(outcome.code == (arguments.isEmpty ? 0 : 64))
  }

  @Test(arguments: [
    "not_hdf5", "empty", "truncated", "no_model_config", "model_config_not_json", "weights_missing",
    "weights_wrong_shape", "keras1", "layer_order_swapped", "unknown_dtype",
  ])
  func `A malformed file ends with 65, one line and no output`(name: String) throws {
    let directory = TemporaryDirectory()
    let outcome = try Binary.run(["fold", Fixtures.malformed(name), "-o", directory.file("out.h5")])
    #expect(outcome.code == 65)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(outcome.errors.contains("\(name).h5"))
    #expect(directory.contents.isEmpty)
  }

  @Test(arguments: [
    ("nan_statistics", "not-finite"), ("negative_variance", "variance-not-positive"),
  ])
  func `A batch normalization that makes no sense stays, with its reason`(name: String, code: String) throws {
    let directory = TemporaryDirectory()
    let outcome = try Binary.run(["fold", Fixtures.malformed(name), "-o", directory.file("out.h5")])
    #expect(outcome.code == 0)
    #expect(outcome.output.contains(code))
    #expect(outcome.output.contains("0 of 1"))
  }

  @Test(arguments: ["/nonexistent.h5", "/dev/null/x.h5"])
  func `An input that is not there ends with 66`(path: String) throws {
    let directory = TemporaryDirectory()
    let outcome = try Binary.run(["fold", path, "-o", directory.file("out.h5")])
    #expect(outcome.code == 66)
    #expect(directory.contents.isEmpty)
  }

  @Test func `An output that cannot be made ends with 73 and changes nothing`() throws {
    let directory = TemporaryDirectory()
    let present = directory.file("present.h5")
    try writeFile(present, [1, 2, 3])
    for path in [present, directory.path, "/nonexistent/out.h5", "/dev/null"] {
      let outcome = try Binary.run(["fold", model, "-o", path])
      #expect(outcome.code == 73, "\(path)")
    }
    #expect(try readFile(present) == [1, 2, 3])
    #expect(try Binary.run(["fold", model, "-o", present, "--force"]).code == 0)
    #expect(directory.contents == ["present.h5"])
  }

  @Test func `The model itself is replaced only when asked`() throws {
    let directory = TemporaryDirectory()
    let path = directory.file("model.h5")
    let bytes = try readFile(model)
    try writeFile(path, bytes)
    for output in [path, "\(directory.path)/./model.h5"] {
      #expect(try Binary.run(["fold", path, "-o", output]).code == 64)
      #expect(try Binary.run(["fold", path, "-o", output, "--force"]).code == 64)
    }
    #expect(try readFile(path) == bytes)
    #expect(try Binary.run(["fold", path, "--in-place"]).code == 0)
    #expect(try Binary.run(["verify", model, path]).code == 0)
    #expect(directory.contents == ["model.h5"])
  }

  @Test func `verify of different models ends with 1`() throws {
    let other = Fixtures.fixture("keras3", "pattern_mobilenet_block").path
    let outcome = try Binary.run(["verify", model, other])
    #expect(outcome.code == 1)
    #expect(outcome.output.contains("DIFFERENT"))
  }

  @Test func `A layer that cannot be run is said, and is an error only if asked`() throws {
    let directory = TemporaryDirectory()
    let custom = Fixtures.fixture("keras3", "pattern_custom_layer").path
    let outcome = try Binary.run(["fold", custom, "-o", directory.file("out.h5")])
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("✓ equal: ") && outcome.output.contains("not run: the layer"))
    let strict = try Binary.run(["fold", custom, "-o", directory.file("strict.h5"), "--require-full-check"])
    #expect(strict.code == 1)
    #expect(directory.contents == ["out.h5"])
  }

  @Test func `Help names every command and every exit code`() throws {
    let help = try Binary.run(["--help"])
    #expect(help.code == 0)
    for word in ["fold", "verify", "inspect", "64", "65", "66", "73", "74"] {
      #expect(help.output.contains(word))
    }
  }
}

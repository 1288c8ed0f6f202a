import Fixtures
import Foundation
import Testing

/// What must not be so, for a command in a build.
@Suite struct GateTests {
  private let directory = TemporaryDirectory()
  /// One of its two batch normalizations stays.
  private let model = Fixtures.fixture("keras3", "pattern_densenet_block").path
  private let whole = Fixtures.fixture("keras3", "pattern_resnet_block").path

  @Test(arguments: [
    ("kept", "1 batch normalization stays, such as bn_outer, and at most 0 may"),
    ("code:no-producer", "1 finding with the code no-producer, such as bn_outer: stays: "),
  ])
  func `A condition that does not hold ends with 1, and nothing is written`(condition: String, words: String)
    throws
  {
    let outcome = try Binary.run(["fold", model, "-o", directory.file("out.h5"), "--fail-on", condition])
    #expect(outcome.code == 1)
    #expect(outcome.errors.hasPrefix("bnfold: \(words)"), "\(outcome.errors)")
    #expect(outcome.errors.hasSuffix("; nothing was written\n"))
    #expect(directory.contents.isEmpty)
    #expect(try Binary.run(["inspect", model, "--fail-on", condition]).code == 1)
    #expect(
      try Binary.run(["fold", whole, "-o", directory.file("out.h5"), "--fail-on", condition]).code == 0)
  }

  @Test(arguments: ["kept=1", "growth", "code:activation"])
  func `A condition that holds changes nothing`(condition: String) throws {
    let outcome = try Binary.run(["fold", model, "-o", directory.file("out.h5"), "--fail-on", condition])
    #expect(outcome.code == 0 && directory.contents == ["out.h5"])
  }

  @Test func `A batch normalization that makes no sense is a warning`() throws {
    let outcome = try Binary.run(["inspect", Fixtures.malformed("nan_statistics"), "--fail-on", "warning"])
    #expect(outcome.code == 1 && outcome.errors.hasPrefix("bnfold: 1 warning, such as "), "\(outcome.errors)")
  }

  @Test func `Outputs that are further apart than allowed end with 1`() throws {
    let folded = directory.file("out.h5")
    #expect(try Binary.run(["fold", model, "-o", folded, "--max-difference", "0"]).code == 1)
    #expect(directory.contents.isEmpty)
    #expect(try Binary.run(["fold", model, "-o", folded, "--max-difference", "1e-5"]).code == 0)
    let outcome = try Binary.run(["verify", model, folded, "--max-difference", "1e-12"])
    #expect(outcome.code == 1 && outcome.errors.contains("is off by "))
    // What was not run is not near.
    let custom = Fixtures.fixture("keras3", "pattern_custom_layer").path
    let unknown = try Binary.run(["fold", custom, "--dry-run", "--max-difference", "1"])
    #expect(unknown.code == 1 && unknown.errors.contains("the models were not run"))
  }

  @Test func `What is not known does not hold`() throws {
    try SmallStateDictionary.write(directory.file("w.safetensors"))
    let outcome = try Binary.run(["inspect", directory.file("w.safetensors"), "--fail-on", "kept"])
    #expect(outcome.code == 1 && outcome.errors.contains("is not known"), "\(outcome.errors)")
    // Every output of a model of zeros is the same.
    let silent = Fixtures.directory + "/verdict/allnan.h5"
    let run = try Binary.run(["verify", silent, silent, "--max-difference", "1"])
    #expect(run.code == 1 && run.errors.contains("shows nothing"), "\(run.errors)")
  }

  @Test func `What a baseline has may stay, and no more`() throws {
    let baseline = directory.file("baseline.json")
    let all = ["fold", model, whole, "--dry-run", "--write-baseline"]
    #expect(try Binary.run(all + [baseline]).code == 0)
    let arguments = ["--baseline", baseline, "--dry-run"]
    #expect(try Binary.run(["fold", model, whole] + arguments).code == 0)
    #expect(try Binary.run(["fold", model, "--fail-on", "kept"] + arguments).code == 0)
    let outcome = try Binary.run(["fold", model, "--skip", "bn_inner"] + arguments)
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("1 finding is not in the baseline, such as skipped at bn_inner"))
    // A baseline is of its models.
    let other = directory.file("other.h5")
    try writeFile(other, readFile(model))
    #expect(try Binary.run(["inspect", other, "--baseline", baseline]).code == 1)
    // Written again it is the same, byte by byte.
    let again = directory.file("again.json")
    #expect(try Binary.run(["fold", whole, model, "--dry-run", "--write-baseline", again]).code == 0)
    #expect(try readFile(again) == readFile(baseline))
  }

  @Test(arguments: [
    ("", "it is not JSON"), ("{}", "it has no \"baseline\": 1"),
    ("{\"baseline\": 1}", "it has no object \"models\""),
    ("{\"baseline\": 1, \"models\": {\"a\": {}}}", "are not a list"),
    ("{\"baseline\": 1, \"models\": {\"a\": [{\"code\": \"x\"}]}}", "has no \"layer\""),
  ])
  func `What is not a baseline is malformed`(text: String, words: String) throws {
    let path = directory.file("baseline.json")
    try writeFile(path, Array(text.utf8))
    let outcome = try Binary.run(["inspect", model, "--baseline", path])
    #expect(outcome.code == 65 && outcome.errors.contains(words), "\(outcome.errors)")
  }

  @Test func `A dry run says everything and writes nothing`() throws {
    let outcome = try Binary.run(["fold", model, "-o", directory.file("out.h5"), "--dry-run"])
    #expect(outcome.code == 0 && directory.contents.isEmpty)
    #expect(outcome.output.contains("✓ equal: ") && outcome.output.contains("dry run: nothing was written"))
    let folder = directory.file("none")
    #expect(try Binary.run(["fold", model, whole, "--output-folder", folder, "--dry-run"]).code == 0)
    #expect(directory.contents.isEmpty)
    // What is there is no obstacle, since nothing takes its place.
    let present = directory.file("present.h5")
    try writeFile(present, [1])
    #expect(try Binary.run(["fold", model, "-o", present, "--dry-run"]).code == 0)
    #expect(try readFile(present) == [1])
  }
}

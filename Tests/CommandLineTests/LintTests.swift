import Fixtures
import LosslessJSON
import Testing

/// `lint` as a user runs it, and what reports say of kernels.
@Suite struct LintTests {
  private let wrongAxis = Fixtures.fixture("keras3", "pattern_wrong_axis").path
  private let model = Fixtures.fixture("keras3", "pattern_resnet_block").path

  @Test func `What is found has its code, an example and advice, and ends with 0`() throws {
    let outcome = try Binary.run(["lint", wrongAxis])
    #expect(outcome.code == 0 && outcome.errors.isEmpty)
    #expect(outcome.output.contains("1 batch normalization: 1 warning, "))
    #expect(outcome.output.contains("\n!   1 wrong-axis"))
    #expect(outcome.output.contains("bn: it normalizes axis 2, and the channels of conv are axis 3"))
    #expect(outcome.output.contains("what to do: check the axis"))
  }

  @Test func `An error is said first, and is not a reason to fail`() throws {
    let outcome = try Binary.run(["lint", Fixtures.malformed("negative_variance"), "--all"])
    #expect(outcome.code == 0)
    #expect(outcome.output.contains(#/\n\nLevel +Code +Layer +What it is\nerror +negative-variance +\S+ +/#))
  }

  @Test func `Statistics that are not numbers`() throws {
    let outcome = try Binary.run(["lint", Fixtures.malformed("nan_statistics"), "--json"])
    let root = try JSONDocument(parsing: Array(outcome.output.utf8)).root
    let finding = try #require(root["findings"]?.array?.first)
    #expect(finding["level"]?.string == "error" && finding["code"]?.string == "non-finite-statistics")
    #expect(root["diagnosis"]?["symptoms"]?.array?.first?["count"]?.integer == 1)
    #expect(root["diagnosis"]?["batch_normalizations"]?.integer == 1)
  }

  @Test func `A finding fails where it is not wanted`() throws {
    #expect(try Binary.run(["lint", wrongAxis, "--fail-on", "warning"]).code == 1)
    let outcome = try Binary.run(["lint", wrongAxis, "--fail-on", "code:wrong-axis"])
    #expect(outcome.code == 1 && outcome.errors.hasPrefix("bnfold: 1 finding with the code wrong-axis"))
    #expect(try Binary.run(["lint", model, "--fail-on", "warning"]).code == 0)
  }

  @Test func `Several models have a line each`() throws {
    let outcome = try Binary.run(["lint", wrongAxis, model])
    #expect(outcome.code == 0)
    let lines = outcome.output.split(separator: "\n")
    #expect(
      lines.count == 3 && lines[0].contains("pattern_wrong_axis.h5: ") && lines[0].contains("1 warning"))
  }

  @Test func `Weights without a graph are refused, with the way forward`() throws {
    let directory = TemporaryDirectory()
    try SmallStateDictionary.write(directory.file("weights.safetensors"))
    let outcome = try Binary.run(["lint", directory.file("weights.safetensors")])
    #expect(outcome.code == 65 && outcome.output.isEmpty)
    #expect(outcome.errors.contains("do not say what is wired to what; lint the model that they are of"))
  }

  @Test func `Reports for programs have what became of each kernel`() throws {
    let directory = TemporaryDirectory()
    let output = directory.file("out.h5")
    let fold = try kernelChanges(["fold", model, "-o", output])
    #expect(fold.count == 3)
    for change in fold {
      let error = try #require(change["largest_error_ulps"]?.double)
      #expect(error > 0 && error <= 0.5)
      #expect(change["before"]?["largest"]?.double != change["after"]?["largest"]?.double)
    }
    let verify = try kernelChanges(["verify", model, output])
    #expect(verify.map { $0["layer"]?.string } == fold.map { $0["layer"]?.string })
    #expect(verify.allSatisfy { $0["largest_error_ulps"]?.double == nil && $0["widening"]?.double != nil })
  }

  @Test(arguments: ["text", "json"])
  func `The exit code does not depend on the format of the report`(format: String) throws {
    let directory = TemporaryDirectory()
    let gate = ["--report", format, "--fail-on", "code:quantization-range"]
    let widened = Fixtures.fixture("keras3", "bn_no_scale").path
    let outcome = try Binary.run(["fold", widened, "-o", directory.file("widened.h5")] + gate)
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("quantization-range"))
    #expect(try Binary.run(["fold", model, "-o", directory.file("out.h5")] + gate).code == 0)
    #expect(directory.contents == ["out.h5"])
  }

  private func kernelChanges(_ arguments: [String]) throws -> [JSONValue] {
    let outcome = try Binary.run(arguments + ["--json"])
    #expect(outcome.code == 0)
    let root = try JSONDocument(parsing: Array(outcome.output.utf8)).root
    return try #require(root["kernel_changes"]?.array)
  }
}

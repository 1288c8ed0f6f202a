import Fixtures
import Foundation
import LosslessJSON
import Testing

/// `convert` and `diff` as a user meets them.
@Suite struct ConvertTests {
  private let model = Fixtures.fixture("keras3", "pattern_resnet_block").path
  private let directory = TemporaryDirectory()

  @Test func `The name of the output tells the format`() throws {
    for ending in ["h5", "keras", "weights.h5", "safetensors"] {
      let output = directory.file("out.\(ending)")
      let outcome = try Binary.run(["convert", model, output])
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("✓ equal: 15 arrays are the same, bit for bit"))
      #expect(
        outcome.output.contains("note: the architecture is not in this format") == (ending == "weights.h5"))
      let architecture = ending == "weights.h5" ? ["--second-architecture", directory.file("out.keras")] : []
      let difference = try Binary.run(["diff", model, output] + architecture)
      #expect(difference.code == 0)
      #expect(difference.output.contains("✓ no difference; 15 arrays are the same, bit for bit\n"))
    }
  }

  @Test func `A smaller type is reported with its largest error`() throws {
    let output = directory.file("out.keras")
    let outcome = try Binary.run(["convert", model, output, "--dtype", "float16", "--json"])
    #expect(outcome.code == 0)
    let report = try JSONDocument(parsing: Array(outcome.output.utf8)).root
    #expect(report["dtype"]?.string == "float16")
    #expect(report["rounded_arrays"]?.integer == 15)
    #expect(report["overflows"]?.integer == 0)
    #expect(try #require(report["largest_error"]?.double) > 0)
    let difference = try Binary.run(["diff", model, output])
    #expect(difference.code == 1)
    #expect(difference.output.contains("float32 became float16"))
    #expect(difference.output.contains("15 differences; 0 arrays are the same"))
  }

  @Test func `A difference names the layer, the array and how large it is`() throws {
    let folded = directory.file("folded.h5")
    #expect(try Binary.run(["fold", model, "-o", folded]).code == 0)
    let outcome = try Binary.run(["diff", model, folded])
    #expect(outcome.code == 1)
    #expect(outcome.output.contains("removed  with 4 arrays"))
    #expect(outcome.output.contains("other attributes: use_bias"))
    #expect(outcome.output.contains("of the largest value"))
    let json = try JSONDocument(parsing: Array(Binary.run(["diff", model, folded, "--json"]).output.utf8))
      .root
    let changes = json["differences"]?.array?.compactMap { $0["change"]?.string } ?? []
    #expect(Set(changes) == ["layer-removed", "layer-changed", "array-changed", "array-added"])
  }

  @Test func `Mistakes are refused with what to do, and nothing is written`() throws {
    let output = directory.file("out.keras")
    let weights = Fixtures.fixture("keras3", "pattern_resnet_block", ".weights.h5").path
    let cases: [(arguments: [String], code: Int32, words: String)] = [
      (["convert", model, directory.file("out.pb")], 64, "--to"),
      (["convert", model, output, "--to", "pb"], 64, "safetensors"),
      (["convert", model, directory.file("out.onnx")], 65, "tf2onnx"),
      (["convert", model, output, "--external-data"], 64, "Only ONNX models"),
      (["convert", model, output, "--dtype", "int8"], 64, "bfloat16"),
      (["convert", model, output, "--output-architecture", "x"], 64, "has its architecture in it"),
      (["convert", model, model, "--force"], 64, "the model itself"),
      (["convert", directory.file("none.h5"), output], 66, "none.h5"),
      (["convert", model, directory.file("a.h5"), "--dtype", "bfloat16"], 65, "bfloat16"),
      (["convert", weights, output], 65, "--architecture"),
      (["diff", model, directory.file("none.h5")], 66, "none.h5"),
      (["diff", model, "\(Fixtures.directory)/README.md"], 65, "README.md"),
    ]
    for (arguments, code, words) in cases {
      let outcome = try Binary.run(arguments)
      #expect(outcome.code == code, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
      #expect(directory.contents.isEmpty)
    }
    try writeFile(output, [1])
    #expect(try Binary.run(["convert", model, output]).code == 73)
    #expect(try readFile(output) == [1])
  }
}

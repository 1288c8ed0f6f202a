import Elements
import Fixtures
import Foundation
import LosslessJSON
import NumPy
import Testing

/// `run` as a user meets it.
@Suite struct RunTests {
  private let directory = TemporaryDirectory()

  /// Writes one of a fixture's inputs as NumPy would.
  private func save(_ array: (shape: Shape, values: [Double]), _ name: String) throws -> String {
    let bytes = ElementType.float64.encode(array.values)
    try writeFile(
      directory.file(name), NumPyArray(elementType: .float64, shape: array.shape, bytes: bytes).content)
    return directory.file(name)
  }

  private func inputs(of fixture: Fixture) throws -> [String] {
    try fixture.golden().inputs.enumerated().map { index, array in
      try save((array.shape, array.values), "input_\(index).npy")
    }
  }

  private func values(_ path: String) throws -> (shape: Shape, values: [Double]) {
    let array = try NumPyArray(reading: readFile(path))
    return (array.shape, array.bytes.withUnsafeBytes { array.elementType.decode($0) })
  }

  @Test(arguments: ["float32", "float64"])
  func `A model computes what Keras does`(dtype: String) throws {
    let fixture = Fixtures.fixture("keras3", "pattern_resnet_block")
    let output = directory.file("y.npy")
    let outcome = try Binary.run(
      ["run", fixture.path, "--input"] + inputs(of: fixture) + ["-o", output, "--dtype", dtype])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains(" -> \(output) "))
    let expected = try #require(fixture.golden().outputs64.first)
    let found = try values(output)
    #expect(found.shape == expected.shape)
    let scale = expected.values.map(abs).max() ?? 0
    let error = zip(found.values, expected.values).map { abs($0 - $1) }.max() ?? .infinity
    #expect(error < (dtype == "float64" ? 1e-12 : 1e-5) * scale)
  }

  @Test func `Inputs are told apart by their names, in one file or in several`() throws {
    let fixture = Fixtures.fixture("keras3", "pattern_multi_io")
    let files = try inputs(of: fixture)
    let output = directory.file("y.safetensors")
    let inspection = try JSONDocument(
      parsing: Array(Binary.run(["inspect", fixture.path, "--json"]).output.utf8)
    ).root
    let names = (inspection["layers"]?.array ?? []).filter { $0["class"]?.string == "InputLayer" }
      .compactMap { $0["layer"]?.string?.description }
    try #require(names.count == 2)
    var results: [[UInt8]] = []
    let reversed = zip(names, files).reversed().flatMap { ["--input", "\($0)=\($1)"] }
    let ordered = files.flatMap { ["--input", $0] }
    for arguments in [ordered, reversed] {
      let outcome = try Binary.run(["run", fixture.path] + arguments + ["-o", output, "--force", "--json"])
      #expect(outcome.code == 0, "\(outcome.errors)")
      let report = try JSONDocument(parsing: Array(outcome.output.utf8)).root
      #expect(report["arrays"]?.array?.count == fixture.expectedOutputs)
      results.append(try readFile(output))
    }
    #expect(results[0] == results[1])
    let none = directory.file("none.npz")
    try writeFile(none, Array("PK\u{5}\u{6}".utf8) + [UInt8](repeating: 0, count: 18))
    let wrong = try Binary.run(["run", fixture.path, "--input", none, "-o", directory.file("z.npz")])
    #expect(wrong.code == 65)
    #expect(
      wrong.errors.contains("0 arrays are given for 2 inputs; its inputs are \(names[0])"), "\(wrong.errors)")
  }

  @Test func `All layers are written by their names`() throws {
    let fixture = Fixtures.fixture("keras3", "nested_deep")
    let output = directory.file("y.npz")
    let outcome = try Binary.run(
      ["run", fixture.path, "--layers", "--input"] + inputs(of: fixture) + ["-o", output])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let listed = try Binary.shell("unzip -l \"$1\" 2> /dev/null || python3 -m zipfile -l \"$1\"", [output])
    let layers = outcome.output.split(separator: "\n").filter { $0.contains("/") && $0.contains("(") }
    #expect(layers.count > 1)
    #expect(layers.contains { line in listed.output.contains(line.split(separator: " ")[0] + ".npy") })
  }

  @Test func `Mistakes are refused with what to do, and nothing is written`() throws {
    let fixture = Fixtures.fixture("keras3", "pattern_resnet_block")
    let input = try #require(inputs(of: fixture).first)
    let golden = try #require(fixture.golden().inputs.first)
    let single = try save(
      (Array(golden.shape.dropFirst()), Array(golden.values.prefix(golden.values.count / golden.shape[0]))),
      "single.npy")
    try writeFile(directory.file("broken.npy"), Array(readFile(input).dropLast()))
    let output = directory.file("y.npy")
    let cases: [(arguments: [String], code: Int32, words: String)] = [
      (["--input", input, "-o", directory.file("y.txt")], 64, ".npz"),
      (["--input", input, "-o", output, "--layers"], 64, ".npz or .safetensors"),
      (["--input", input, "-o", input, "--force"], 64, "name another"),
      (["--input", "", "-o", output], 64, "empty"),
      (["--input", "=\(input)", "-o", output], 64, "empty"),
      (["--input", "other=\(input)", "-o", output], 65, "no input other"),
      (["--input", input, "--input", input, "-o", output], 65, "2 arrays are given for 1 input"),
      (["--input", single, "-o", output], 65, "put an axis for the samples in front"),
      (["--input", directory.file("broken.npy"), "-o", output], 65, "bytes of data"),
      (["--input", directory.file("none.npy"), "-o", output], 66, "none.npy"),
      (["--input", fixture.path, "-o", output], 65, fixture.path),
    ]
    for (arguments, code, words) in cases {
      let outcome = try Binary.run(["run", fixture.path] + arguments)
      #expect(outcome.code == code, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: output))
    }
  }

  @Test func `A layer that is not run is named`() throws {
    let fixture = Fixtures.fixture("keras3", "pattern_custom_layer")
    let outcome = try Binary.run(
      ["run", fixture.path, "--input"] + inputs(of: fixture) + ["-o", directory.file("y.npy")])
    #expect(outcome.code == 65)
    #expect(outcome.errors.contains("cannot be run"))
  }
}

extension Fixture {
  /// How many outputs the framework gave.
  fileprivate var expectedOutputs: Int { (try? golden().outputs.count) ?? 0 }
}

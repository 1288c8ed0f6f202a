import Bytes
import Elements
import Fixtures
import LosslessJSON
import NumPy
import Testing

/// `calibrate` of models of ONNX.
@Suite struct ONNXCalibrateTests {
  private let directory = TemporaryDirectory()
  private let network = onnxFixture("network")

  private func data() throws -> String {
    let shape = [12, 3, 6, 6]
    var random = SeededGenerator(seed: 4)
    let values = (0..<shape.elementCount).map { _ in random.nextSigned() }
    let array = NumPyArray(elementType: .float32, shape: shape, bytes: ElementType.float32.encode(values))
    try writeFile(directory.file("data.npy"), array.content)
    return directory.file("data.npy")
  }

  private func calibrate(_ model: String, _ output: String, _ options: [String] = []) throws -> Binary.Outcome
  {
    try Binary.run(["calibrate", model, "--data", data(), "-o", output] + options)
  }

  @Test func `The statistics change, in their place, and nothing else`() throws {
    let output = directory.file("out.onnx")
    let outcome = try calibrate(network, output)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("1 of 1 batch normalization calibrated"))
    let (before, after) = (try readFile(network), try readFile(output))
    #expect(before.count == after.count)
    // 16 means and 16 variances of 4 bytes.
    let changed = zip(before, after).count { $0 != $1 }
    #expect((1...128).contains(changed), "\(changed) bytes")
    let difference = try Binary.run(["diff", network, output]).output
    #expect(difference.contains("mean") && difference.contains("variance"), "\(difference)")
    #expect(!difference.contains("kernel") && !difference.contains("scale"), "\(difference)")
  }

  @Test func `Calibrated once more with the same data, it stays as it is, but for rounding`() throws {
    let (once, twice) = (directory.file("once.onnx"), directory.file("twice.onnx"))
    #expect(try calibrate(network, once).code == 0)
    let outcome = try calibrate(once, twice, ["--json"])
    let layers = try JSONDocument(parsing: Array(outcome.output.utf8)).root["calibrated_layers"]?.array
    let ratio = try #require(layers?.first?["variance_ratio_median"]?.double)
    #expect(abs(ratio - 1) < 1e-6)
  }

  @Test func `What runs for some of the data, or is one layer for several calls, stays`() throws {
    let output = directory.file("out.onnx")
    let outcome = try calibrate(onnxFixture("inner_networks"), output, ["--all"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("1 of 5 batch normalizations calibrated"), "\(outcome.output)")
    #expect(outcome.output.contains("which runs for some of the data only"), "\(outcome.output)")
    #expect(outcome.output.contains("which is called 2 times"), "\(outcome.output)")
  }

  @Test func `Weights beside the model are written beside the new one`() throws {
    let (outside, output) = (directory.file("outside.onnx"), directory.file("out.onnx"))
    #expect(try Binary.run(["convert", network, outside, "--external-data"]).code == 0)
    #expect(try calibrate(outside, output).code == 0)
    #expect(directory.contents.contains("out.onnx.data"))
    let (inside, whole) = (directory.file("inside.onnx"), directory.file("whole.onnx"))
    #expect(try calibrate(network, inside).code == 0)
    #expect(try Binary.run(["convert", output, whole, "--no-external-data"]).code == 0)
    #expect(try readFile(whole) == readFile(inside))
  }

  @Test func `It folds at once, and is proven`() throws {
    let outcome = try calibrate(network, directory.file("out.onnx"), ["--fold"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("✓ equal"), "\(outcome.output)")
  }
}

import Bytes
import Fixtures
import Foundation
import LosslessJSON
import Testing

/// Pairs of models of which it is known whether they are equal, and models that have to fold.
@Suite(.slow) struct VerdictTests {
  private static let folder = Fixtures.directory + "/verdict/"

  /// A pair and what has to be said of it.
  struct Pair: Sendable, CustomStringConvertible {
    let original: String
    let folded: String
    let isEqual: Bool
    /// The layer that has to be named; nil for any.
    let layer: String?

    var description: String { "\(original), \(folded)" }
  }

  private static func entries(_ key: String) throws -> [JSONValue] {
    try JSONDocument(parsing: readFile(folder + "manifest.json")).root[ByteString(key)]?.array ?? []
  }

  private static func text(_ value: JSONValue, _ key: String) -> String? {
    value[ByteString(key)]?.string.map { "\($0)" }
  }

  static let pairs: [Pair] = ((try? entries("verify")) ?? []).map { entry in
    Pair(
      original: text(entry, "original") ?? "", folded: text(entry, "folded") ?? "",
      isEqual: text(entry, "verdict") == "equal", layer: text(entry, "names"))
  }

  static let models = ((try? entries("fold")) ?? []).compactMap { text($0, "model") }

  private func check(_ outcome: Binary.Outcome) throws -> JSONValue {
    try #require(try JSONDocument(parsing: Array(outcome.output.utf8)).root["check"])
  }

  @Test func `There are as many as the manifest says`() {
    #expect(Self.pairs.count == 21 && Self.models.count == 4)
  }

  @Test(arguments: pairs)
  func `verify says what is right`(pair: Pair) throws {
    let outcome = try Binary.run(["verify", Self.folder + pair.original, Self.folder + pair.folded, "--json"])
    let check = try check(outcome)
    #expect(outcome.code == (pair.isEqual ? 0 : 1))
    #expect(["equal", "equal-within-float32"].contains(check["verdict"]?.string) == pair.isEqual)
    if let layer = pair.layer {
      #expect(check["differences"]?.array?.first?["layer"]?.string == ByteString(layer))
    }
  }

  /// The seed decides what the models are run on, and nothing else.
  @Test(arguments: models, [0, 4, 17])
  func `Every right fold is written, with any seed`(model: String, seed: Int) throws {
    let directory = TemporaryDirectory()
    let output = directory.file("out." + (model.hasSuffix(".keras") ? "keras" : "h5"))
    let outcome = try Binary.run(["fold", Self.folder + model, "-o", output, "--seed", "\(seed)", "--json"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try check(outcome)["verdict"]?.string == "equal")
  }

  @Test func `--accept moves the line`() throws {
    let pair = [Self.folder + "thr_maps.h5", Self.folder + "thr_maps.f32.h5"]
    #expect(try Binary.run(["verify"] + pair).code == 0)
    #expect(try Binary.run(["verify", "--accept", "exact"] + pair).code == 1)
    let different = [Self.folder + "range.h5", Self.folder + "range.bad.h5"]
    #expect(try Binary.run(["verify", "--accept", "sampled"] + different).code == 1)
  }

  @Test func `Outputs that show nothing are said to`() throws {
    let outcome = try Binary.run(["verify", Self.folder + "allnan.h5", Self.folder + "allnan.f.h5"])
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("shows nothing: none of them is finite"))
  }

  @Test func `Both models are run on arrays of the user's`() throws {
    let golden = Fixtures.directory + "/keras3/conv2d_same_strided.golden.safetensors"
    let directory = TemporaryDirectory()
    let model = Fixtures.fixture("keras3", "conv2d_same_strided").path
    #expect(try Binary.run(["fold", model, "-o", directory.file("out.h5")]).code == 0)
    let arrays = directory.file("inputs.safetensors")
    try Self.writeFirstTensor(of: golden, to: arrays)
    let outcome = try Binary.run(["verify", model, directory.file("out.h5"), "--input", arrays, "--all"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("on inputs from the given files"))
  }

  /// Writes the inputs of a fixture as a file of their own.
  private static func writeFirstTensor(of golden: String, to path: String) throws {
    let bytes = try readFile(golden)
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try JSONDocument(parsing: Array(bytes[8..<8 + length])).root
    let entry = try #require(header["input_0"])
    let offsets = try #require(entry["data_offsets"]?.array).compactMap(\.integer)
    let shape = try #require(entry["shape"]?.array).compactMap(\.integer)
    let size = offsets[1] - offsets[0]
    let text = Array(#"{"input_0":{"dtype":"F32","shape":\#(shape),"data_offsets":[0,\#(size)]}}"#.utf8)
    let count = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) }
    let data = bytes[8 + length + offsets[0]..<8 + length + offsets[1]]
    try writeFile(path, count + text + data)
  }

  /// What opens a file goes by its name.
  @Test(arguments: [
    ("pattern_resnet_block.h5", "out.keras", "bnfold convert"),
    ("pattern_resnet_block.h5", "out.onnx", ".h5"),
    ("pattern_resnet_block.h5", "out", "out.h5"), ("pattern_resnet_block.keras", "out.h5", "bnfold convert"),
    ("pattern_resnet_block.h5", "out.safetensors", "bnfold convert"),
  ])
  func `A name that says another format is refused`(model: String, output: String, advice: String) throws {
    let directory = TemporaryDirectory()
    let outcome = try Binary.run([
      "fold", "\(Fixtures.directory)/keras3/\(model)", "-o", directory.file(output),
    ])
    #expect(outcome.code == 64 && outcome.errors.contains(advice), "\(outcome.errors)")
    #expect(directory.contents.isEmpty)
  }

  @Test func `An architecture is JSON, and its name has to say so`() throws {
    let directory = TemporaryDirectory()
    let weights = Fixtures.fixture("keras3", "pattern_resnet_block", ".weights.h5")
    let outcome = try Binary.run([
      "fold", weights.path, "--architecture", try #require(weights.architecture), "-o",
      directory.file("out.weights.h5"), "--output-architecture", directory.file("out.keras"),
    ])
    #expect(outcome.code == 64 && outcome.errors.contains(".json"))
    #expect(directory.contents.isEmpty)
  }
}

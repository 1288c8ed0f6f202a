import Bytes
import Fixtures
import Glibc
import LosslessJSON
import Testing

/// `convert` of models of ONNX: where the elements are, and which files a model may read.
@Suite struct ONNXConvertTests {
  private let directory = TemporaryDirectory()
  private let network = onnxFixture("network")

  @Test(arguments: ["network", "convolution", "types", "inner_graphs", "encoding"])
  func `A model with everything inside stays as it is, byte for byte`(name: String) throws {
    let output = directory.file("out.onnx")
    let outcome = try Binary.run(["convert", onnxFixture(name), output])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try readFile(output) == readFile(onnxFixture(name)))
    #expect(directory.contents == ["out.onnx"])
  }

  @Test func `Weights go into a file beside the model, and back`() throws {
    let (outside, again, back) = (
      directory.file("outside.onnx"), directory.file("again.onnx"), directory.file("back.onnx")
    )
    let outcome = try Binary.run(["convert", network, outside, "--external-data"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("outside.onnx, \(outside).data"))
    #expect(directory.contents == ["outside.onnx", "outside.onnx.data"])
    #expect(try readFile(outside + ".data").count == 1728)
    #expect(try readFile(outside).count < readFile(network).count)
    #expect(try Binary.run(["diff", network, outside]).code == 0)
    #expect(try Binary.run(["verify", network, outside]).output.contains("✓ equal"))
    // As the input has them: outside.
    #expect(try Binary.run(["convert", outside, again]).code == 0)
    #expect(try readFile(again + ".data") == readFile(outside + ".data"))
    #expect(try Binary.run(["convert", again, back, "--no-external-data"]).code == 0)
    #expect(try readFile(back) == readFile(network))
    #expect(!directory.contents.contains("back.onnx.data"))
  }

  @Test(arguments: ["integers", "convolution"])
  func `Without a weight of a kibibyte there is no file beside the model`(name: String) throws {
    let output = directory.file("out.onnx")
    for arguments in [[], ["--force"]] {
      let outcome = try Binary.run(["convert", onnxFixture(name), output, "--external-data"] + arguments)
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(!outcome.output.contains("out.onnx.data"))
      #expect(directory.contents == ["out.onnx"])
      #expect(try readFile(output) == readFile(onnxFixture(name)))
    }
  }

  @Test func `A file with weights is a part of the model, where it is read and where it is written`() throws {
    let (outside, again) = (directory.file("outside.onnx"), directory.file("again.onnx"))
    func roles(_ arguments: [String], _ key: String) throws -> [String?] {
      let outcome = try Binary.run(arguments + ["--json"])
      let files = try JSONDocument(parsing: Array(outcome.output.utf8)).root[ByteString(key)]?.array
      return (files ?? []).map { $0["role"]?.string?.description }
    }
    #expect(try roles(["convert", network, outside, "--external-data"], "outputs") == ["model", "part"])
    #expect(try roles(["convert", outside, again], "inputs") == ["model", "part"])
    #expect(try roles(["convert", network, again, "--force"], "outputs") == ["model"])
  }

  @Test func `What is no conversion is refused, and nothing is written`() throws {
    let output = directory.file("out.onnx")
    let cases: [(arguments: [String], code: Int32, words: String)] = [
      ([directory.file("out.h5")], 65, "converted to ONNX only"),
      ([directory.file("out.safetensors")], 65, "converted to ONNX only"),
      ([directory.file("out.keras")], 65, "converted to ONNX only"),
      ([output, "--dtype", "float16"], 65, "types of an ONNX model are those of its whole graph"),
      ([output, "--keras-version", "2.13"], 65, "no releases of Keras"),
      ([directory.file("out.h5"), "--external-data"], 64, "Only ONNX models"),
      ([network, "--force"], 64, "the model itself"),
    ]
    for (arguments, code, words) in cases {
      let outcome = try Binary.run(["convert", network] + arguments)
      #expect(outcome.code == code, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
      #expect(directory.contents.isEmpty)
    }
  }

  @Test func `An output does not replace the data of its own input`() throws {
    let model = directory.file("m.onnx")
    #expect(try Binary.run(["convert", network, model, "--external-data"]).code == 0)
    let data = try readFile(model + ".data")
    for arguments in [
      [model + ".data", "--to", "onnx", "--no-external-data"], [model, "--external-data"],
    ] {
      let outcome = try Binary.run(["convert", model] + arguments + ["--force"])
      #expect(outcome.code == 64)
      #expect(outcome.errors.contains("name another file"), "\(outcome.errors)")
      #expect(try readFile(model + ".data") == data)
    }
    // The file that would be written beside another output is that of the input.
    #expect(rename(model, directory.file("other.onnx")) == 0)
    let outcome = try Binary.run(["convert", directory.file("other.onnx"), model, "--force"])
    #expect(outcome.code == 64, "\(outcome.errors)")
    #expect(directory.contents == ["m.onnx.data", "other.onnx"])
    #expect(try readFile(model + ".data") == data)
  }

  // MARK: - Files that a model names

  /// Every command that opens a model refuses this one, and writes nothing.
  private func expectRefused(
    _ model: String, _ code: Int32, _ words: String, location: SourceLocation = #_sourceLocation
  ) throws {
    let before = directory.contents
    for arguments in [
      ["inspect", model], ["lint", model], ["diff", model, network], ["verify", network, model],
      ["convert", model, directory.file("out.onnx")],
      ["convert", model, directory.file("out.onnx"), "--no-external-data"],
    ] {
      let outcome = try Binary.run(arguments)
      #expect(outcome.code == code, "\(arguments): \(outcome.errors)", sourceLocation: location)
      #expect(outcome.errors.contains(words), "\(outcome.errors)", sourceLocation: location)
      #expect(directory.contents == before, sourceLocation: location)
    }
  }

  /// The fixture whose weights are in another file, of which it has this name of 13 bytes.
  private func model(naming name: String = "external.data") throws -> String {
    let bytes = try readFile(onnxFixture("external"))
    let known = Array("external.data".utf8)
    try #require(name.utf8.count == known.count)
    let path = directory.file("model.onnx")
    try writeFile(path, Array(bytes.split(separator: known).joined(separator: Array(name.utf8))))
    return path
  }

  private func copyData(to name: String, prefix: Int = .max) throws {
    let data = try readFile("\(Fixtures.directory)/onnx/external.data")
    try writeFile(directory.file(name), Array(data.prefix(prefix)))
  }

  @Test func `A file beside the model is read`() throws {
    try copyData(to: "external.data")
    let outcome = try Binary.run(["diff", model(), onnxFixture("external")])
    #expect(outcome.code == 0, "\(outcome.errors)")
  }

  @Test(arguments: ["../secret.dat", "/etc/hostname", "a/../../b.dat"])
  func `A path that may lead out of the folder is refused`(name: String) throws {
    try expectRefused(model(naming: name), 65, "the file \(name) may be outside the folder of the model")
  }

  @Test func `A missing file, links and a short file are refused`() throws {
    let path = try model()
    let data = directory.file("external.data")
    try expectRefused(path, 66, "\(data): cannot open: No such file")
    try copyData(to: "other")
    #expect(symlink("other", data) == 0)
    try expectRefused(path, 65, "external.data is a symbolic link")
    #expect(unlink(data) == 0 && link(directory.file("other"), data) == 0)
    try expectRefused(path, 65, "the file has 2 names (hard links)")
    #expect(unlink(data) == 0)
    try copyData(to: "external.data", prefix: 2000)
    try expectRefused(path, 65, "its elements are at 1600..<2800 of a file of 2,000 bytes")
  }
}

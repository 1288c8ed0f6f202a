import Elements
import Fixtures
import Foundation
import LosslessJSON
import NumPy
import Testing

/// What the commands do with models of ONNX.
@Suite struct ONNXCommandTests {
  private let directory = TemporaryDirectory()
  private let network = onnxFixture("network")
  private let image = "\(Fixtures.directory)/onnx/network.image.npz"

  private func report(_ arguments: [String]) throws -> JSONValue {
    try JSONDocument(parsing: Array(Binary.run(arguments + ["--json"]).output.utf8)).root
  }

  /// Changes the largest bit of an exponent in the kernel, whose elements follow its name and their length.
  private func damagedNetwork() throws -> String {
    var bytes = try readFile(network)
    let name = [UInt8]([0x42, 6]) + Array("kernel".utf8)
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: name) })
    bytes[start + name.count + 3 + 2] ^= 0x40
    try writeFile(directory.file("damaged.onnx"), bytes)
    return directory.file("damaged.onnx")
  }

  // MARK: - What is looked at

  @Test func `A model is inspected with its nodes, its shapes and what would fold`() throws {
    let outcome = try Binary.run(["inspect", network])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("ONNX opset 17 by fixtures, 7 layers, 592 parameters"))
    #expect(outcome.output.contains("1 of 1 batch normalization can be folded"))
    #expect(outcome.output.contains(#/bn +BatchNormalization +\(None, 16, 6, 6\)/#))
    let report = try report(["inspect", network])
    let classes = report["layers"]?.array?.compactMap { $0["class"]?.string }
    #expect(
      classes
        == ["Input", "Conv", "BatchNormalization", "Relu", "GlobalAveragePool", "Flatten", "MatMul"])
  }

  @Test func `A model is linted, and a batch normalization explained`() throws {
    let lint = try Binary.run(["lint", network])
    #expect(lint.code == 0 && lint.output.contains("1 batch normalization: nothing to remark"))
    let explanation = try Binary.run(["explain", network, "bn"])
    #expect(explanation.code == 0 && explanation.output.contains("It would fold."))
    #expect(explanation.output.contains("conv"))
  }

  @Test func `What is carried is listed, and not run`() throws {
    let inspection = try Binary.run(["inspect", onnxFixture("inner_graphs")])
    #expect(inspection.code == 0, "\(inspection.errors)")
    #expect(inspection.output.contains(#/call +Function/#))
    try writeFile(
      directory.file("which.npy"), NumPyArray(elementType: .boolean, shape: [], bytes: [1]).content)
    let run = try Binary.run([
      "run", onnxFixture("inner_graphs"), "-i", directory.file("which.npy"), "-o", directory.file("y.npy"),
    ])
    #expect(run.code == 65)
    #expect(run.errors.contains("the layer output"), "\(run.errors)")
    #expect(directory.contents == ["which.npy"])
  }

  // MARK: - What is proven

  @Test func `A network and what another tool folded of it are equal`() throws {
    let outcome = try Binary.run(["verify", network, onnxFixture("network.folded")])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("✓ equal: proven, 6 layer calls and 592 weights"))
    let same = try Binary.run(["verify", network, network])
    #expect(same.code == 0 && same.output.contains("✓ equal"))
  }

  @Test func `A damaged byte of a weight names its node`() throws {
    let damaged = try damagedNetwork()
    let outcome = try Binary.run(["verify", network, damaged])
    #expect(outcome.code == 1)
    #expect(outcome.output.contains("✗ DIFFERENT"))
    #expect(outcome.output.contains("conv: kernel [0, 0, 0, 0]"), "\(outcome.output)")
    let differences = try report(["verify", network, damaged])["check"]?["differences"]?.array
    #expect(differences?.count == 1 && differences?.first?["layer"]?.string == "conv")
  }

  @Test func `A difference is that of a constant or of a node`() throws {
    let damaged = try Binary.run(["diff", network, damagedNetwork()])
    #expect(damaged.code == 1)
    #expect(damaged.output.contains(#/conv: kernel +changed +1 of 432 elements/#), "\(damaged.output)")
    #expect(damaged.output.contains("1 difference; 6 arrays are the same, bit for bit"))
    // The node that verify names.
    let difference = try report(["diff", network, damagedNetwork()])["differences"]?.array?.first
    let check = try report(["verify", network, damagedNetwork()])["check"]
    #expect(difference?["layer"]?.string == "conv" && difference?["name"]?.string == "kernel")
    #expect(check?["differences"]?.array?.first?["layer"]?.string == "conv")
    let folded = try Binary.run(["diff", network, onnxFixture("network.folded")])
    #expect(folded.code == 1 && folded.output.contains(#/bn +removed +with 4 arrays/#))
    #expect(try Binary.run(["diff", network, network]).code == 0)
  }

  @Test func `Another attribute is a difference of its node`() throws {
    var bytes = try readFile(network)
    let name = Array("epsilon".utf8)
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: name) })
    // One bit of the number after the name and its key.
    bytes[start + name.count + 3] ^= 0x40
    let other = directory.file("other.onnx")
    try writeFile(other, bytes)
    let difference = try Binary.run(["diff", network, other])
    #expect(difference.code == 1)
    #expect(difference.output.contains(#/bn +changed +other attributes/#), "\(difference.output)")
    let outcome = try Binary.run(["verify", network, other])
    #expect(outcome.code == 1 && outcome.output.contains("bn"), "\(outcome.output)")
  }

  @Test(
    arguments: [
      // A constant of a branch, the slope that is handed to a function, and a number of what is carried.
      ("if/then", [0x4A, 4, 0, 0, 0x80, 0x3F], [0x4A, 4, 0, 0, 0x80, 0x40]),
      ("call/elu", [0x15, 0, 0, 0, 0x3F], [0x15, 0, 0, 0, 0x3E]),
      ("output", Array("reals".utf8) + [0x3D, 0, 0, 0, 0x3F], Array("reals".utf8) + [0x3D, 0, 0, 0, 0x3E]),
    ] as [(String, [UInt8], [UInt8])])
  func `A difference inside what is carried, and in graphs inside, is found`(
    layer: String, old: [UInt8], new: [UInt8]
  ) throws {
    let model = onnxFixture("inner_graphs")
    var bytes = try readFile(model)
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: old) })
    bytes.replaceSubrange(start..<start + old.count, with: new)
    let other = directory.file("other.onnx")
    try writeFile(other, bytes)
    #expect(try Binary.run(["diff", model, model]).code == 0)
    #expect(try Binary.run(["diff", model, other]).code == 1)
    #expect(try Binary.run(["verify", model, model]).code == 0)
    let outcome = try Binary.run(["verify", model, other])
    #expect(outcome.code == 1 && outcome.output.contains(layer), "\(outcome.output)\(outcome.errors)")
  }

  @Test func `Graphs inside are folded, proven and run`() throws {
    let (model, output) = (onnxFixture("inner_networks"), directory.file("out.onnx"))
    let fold = try Binary.run(["fold", model, "-o", output, "--all"])
    #expect(fold.code == 0 && fold.output.contains("3 of 5 batch normalizations folded"), "\(fold.errors)")
    for layer in ["if/then/bn", "if/else/bn", "once/bn"] {
      #expect(fold.output.contains(layer), "\(fold.output)")
    }
    #expect(try Binary.run(["verify", model, output]).output.contains("✓ equal: proven, 10 layer calls"))
    #expect(try Binary.run(["diff", model, output]).output.contains("if"))
    let inspection = try Binary.run(["inspect", model])
    #expect(inspection.output.contains(#/if/else +If/#), "\(inspection.output)")
  }

  // MARK: - What is damaged, and what is not done

  @Test(arguments: [1, 5, 100, 1000, 2000, 2900])
  func `A truncated model is refused by every command`(count: Int) throws {
    let path = directory.file("cut.onnx")
    try writeFile(path, Array(readFile(network).prefix(count)))
    for arguments in [
      ["inspect", path], ["lint", path], ["verify", path, network], ["diff", network, path],
      ["run", path, "-i", image, "-o", directory.file("y.npy")],
      ["convert", path, directory.file("out.onnx")],
    ] {
      let outcome = try Binary.run(arguments)
      #expect(outcome.code == 65, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(path), "\(outcome.errors)")
      #expect(directory.contents == ["cut.onnx"])
    }
  }

  @Test func `A truncated model says where, and how many bytes are missing`() throws {
    let bytes = try readFile(network)
    let path = directory.file("cut.onnx")
    try writeFile(path, Array(bytes.prefix(1000)))
    let outcome = try Binary.run(["inspect", path])
    #expect(
      outcome.errors.contains(
        #/the message is damaged at byte \d+: the field is said to have \d+ bytes, its message has \d+ left/#),
      "\(outcome.errors)")
  }

  // MARK: - What is folded

  @Test func `A network is folded, proven and written`() throws {
    let path = directory.file("folded.onnx")
    let outcome = try Binary.run(["fold", network, "-o", path])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("1 of 1 batch normalization folded"), "\(outcome.output)")
    #expect(outcome.output.contains("✓ equal: proven"))
    #expect(directory.contents == ["folded.onnx"])
    #expect(try Binary.run(["verify", network, path]).code == 0)
    let report = try report(["fold", network, "-o", directory.file("again.onnx")])
    #expect(report["counts"]?["folded"]?.integer == 1)
    #expect(try readFile(path) == readFile(directory.file("again.onnx")))
  }

  @Test func `Weights in another file stay in another file`() throws {
    let outside = directory.file("outside.onnx")
    #expect(try Binary.run(["convert", network, outside, "--external-data"]).code == 0)
    let path = directory.file("folded.onnx")
    let outcome = try Binary.run(["fold", outside, "-o", path])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(
      Set(directory.contents)
        == ["outside.onnx", "outside.onnx.data", "folded.onnx", "folded.onnx.data"])
    #expect(try Binary.run(["verify", network, path]).code == 0)
    let inPlace = try Binary.run(["fold", outside, "--in-place"])
    #expect(inPlace.code == 64, "\(inPlace.errors)")
    #expect(inPlace.errors.contains("--in-place cannot replace a model and the file with its weights"))
  }
}

/// A model of ONNX that is a fixture.
func onnxFixture(_ name: String) -> String { "\(Fixtures.directory)/onnx/\(name).onnx" }

import Bytes
import Elements
import Fixtures
import Foundation
import LosslessJSON
import NumPy
import Testing

/// `calibrate` as a user meets it.
@Suite struct CalibrateTests {
  private let directory = TemporaryDirectory()
  private let model = Fixtures.fixture("keras3", "pattern_resnet_block").path

  /// Data for the model, as NumPy would write them.
  private func data(
    _ name: String = "data.npy", samples: Int = 20, seed: UInt64 = 1,
    change: (inout [Double]) -> Void = { _ in }
  ) throws -> String {
    let golden = try #require(Fixtures.fixture("keras3", "pattern_resnet_block").golden().inputs.first)
    let shape = [samples] + golden.shape.dropFirst()
    var random = SeededGenerator(seed: seed)
    var values = (0..<shape.elementCount).map { _ in random.nextSigned() }
    change(&values)
    return try save(name, shape, values)
  }

  private func save(_ name: String, _ shape: Shape, _ values: [Double]) throws -> String {
    let array = NumPyArray(
      elementType: .float32, shape: shape, bytes: ElementType.float32.encode(values))
    try writeFile(directory.file(name), array.content)
    return directory.file(name)
  }

  private func calibrate(_ arguments: [String]) throws -> Binary.Outcome {
    try Binary.run(["calibrate", model] + arguments)
  }

  @Test func `Only the statistics change, and the report says how far`() throws {
    let output = directory.file("out.h5")
    let outcome = try calibrate(["--data", data(), "-o", output, "--batch-size", "8", "--json"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let report = try JSONDocument(parsing: Array(outcome.output.utf8)).root
    #expect(report["command"]?.string == "calibrate" && report["method"]?.string == "pooled")
    #expect(
      report["samples"]?.integer == 20 && report["batches"]?.integer == 3 && report["passes"]?.integer == 1)
    let layers = try #require(report["calibrated_layers"]?.array)
    #expect(layers.count == 3)
    for layer in layers {
      #expect(layer["outcome"]?.string == "calibrated")
      #expect(try #require(layer["variance_ratio_median"]?.double) > 0)
    }
    let difference = try Binary.run(["diff", model, output])
    let changed = difference.output.split(separator: "\n").filter { $0.contains("moving_") }
    #expect(changed.count == 6, "\(difference.output)")
    #expect(!difference.output.contains("kernel") && !difference.output.contains("gamma"))
  }

  @Test func `A folder, one sample a file and one file give the same model`() throws {
    let whole = try data(samples: 6)
    let array = try NumPyArray(reading: readFile(whole))
    let folder = directory.file("folder")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let size = array.bytes.count / 6
    for index in 0..<6 {
      let part = NumPyArray(
        elementType: .float32, shape: Array(array.shape.dropFirst()),
        bytes: Array(array.bytes[index * size..<(index + 1) * size]))
      try writeFile("\(folder)/sample\(index).npy", part.content)
    }
    try writeFile("\(folder)/labels.csv", Array("1,2".utf8))
    var results: [[UInt8]] = []
    for (name, source) in [("a.h5", whole), ("b.h5", folder)] {
      let outcome = try calibrate(["--data", source, "-o", directory.file(name), "--batch-size", "3"])
      #expect(outcome.code == 0, "\(outcome.errors)")
      results.append(try readFile(directory.file(name)))
    }
    #expect(results[0] == results[1])
  }

  @Test func `Files of one named input follow each other`() throws {
    let whole = try NumPyArray(reading: readFile(data(samples: 6)))
    let values: [Double] = whole.bytes.withUnsafeBytes { ElementType.float32.decode($0) }
    let half = values.count / 2
    let shape = [3] + whole.shape.dropFirst()
    let parts = [
      try save("first.npy", shape, Array(values[..<half])),
      try save("second.npy", shape, Array(values[half...])),
    ]
    let named = try calibrate(
      parts.flatMap { ["--data", "input=\($0)"] } + ["-o", directory.file("named.h5")])
    #expect(named.code == 0, "\(named.errors)")
    let together = try calibrate(
      ["--data", directory.file("data.npy"), "-o", directory.file("together.h5")])
    #expect(together.code == 0)
    #expect(
      try Binary.run(["diff", directory.file("named.h5"), directory.file("together.h5")]).code == 0)
  }

  @Test func `Folded in the same go is folded afterwards`() throws {
    let source = try data()
    let (calibrated, folded, both) = (
      directory.file("c.h5"), directory.file("f.h5"), directory.file("b.h5")
    )
    #expect(try calibrate(["--data", source, "-o", calibrated]).code == 0)
    #expect(try Binary.run(["fold", calibrated, "-o", folded]).code == 0)
    let outcome = try calibrate(["--data", source, "-o", both, "--fold"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(
      outcome.output.contains("3 of 3 batch normalizations folded") && outcome.output.contains("✓ equal: ")
    )
    #expect(try readFile(folded) == readFile(both))
  }

  @Test func `Weights with an architecture of their own stay beside it`() throws {
    let fixture = Fixtures.inEveryFormat.first {
      $0.name == "pattern_resnet_block" && $0.generation == "keras3" && $0.ending == ".weights.h5"
    }
    let weights = try #require(fixture)
    let architecture = try #require(weights.architecture)
    let source = try data()
    let output = directory.file("out.weights.h5")
    let arguments = [
      "calibrate", weights.path, "--architecture", architecture, "--data", source, "-o", output,
    ]
    #expect(try Binary.run(arguments).code == 0)
    let whole = directory.file("whole.h5")
    #expect(try calibrate(["--data", source, "-o", whole]).code == 0)
    let folded = directory.file("folded.json")
    let both = try Binary.run(arguments + ["--force", "--fold", "--output-architecture", folded])
    #expect(both.code == 0, "\(both.errors)")
    #expect(FileManager.default.fileExists(atPath: folded))
    #expect(try Binary.run(arguments + ["--force", "--fold"]).code == 64)
  }

  @Test func `An unpacked archive becomes an archive`() throws {
    let folder = Fixtures.directory + "/keras3/pattern_resnet_block.folder"
    let source = try data()
    let outcome = try Binary.run(["calibrate", folder, "--data", source, "-o", directory.file("out.keras")])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try calibrate(["--data", source, "-o", directory.file("out.h5")]).code == 0)
    let difference = try Binary.run(["diff", directory.file("out.keras"), directory.file("out.h5")])
    #expect(difference.output.contains("no difference"), "\(difference.output)")
  }

  @Test func `The model itself is replaced in one step`() throws {
    let copy = directory.file("model.h5")
    try writeFile(copy, readFile(model))
    let source = try data()
    let outcome = try Binary.run([
      "calibrate", copy, "--data", source, "--in-place", "--method", "population",
    ])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try readFile(copy) != readFile(model))
    let again = try Binary.run(["calibrate", copy, "--data", source, "-o", copy])
    #expect(again.code == 64 && again.errors.contains("--in-place"))
  }

  @Test func `A picture is drawn`() throws {
    let plot = directory.file("plot.svg")
    let outcome = try calibrate(
      ["--data", data(samples: 64), "-o", directory.file("o.h5"), "--batch-size", "4", "--plot", plot])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let text = String(decoding: try readFile(plot), as: UTF8.self)
    #expect(text.hasPrefix("<svg") && text.hasSuffix("</svg>\n"))
    #expect(text.split(separator: "<polyline").count == 9)
    #expect(!text.contains("nan") && !text.contains("inf"))
  }

  @Test func `Data that are no numbers are named with their place`() throws {
    let output = directory.file("out.h5")
    let size = try #require(Fixtures.fixture("keras3", "pattern_resnet_block").golden().inputs.first)
      .shape.dropFirst().reduce(1, *)
    for (value, words) in [(Double.nan, "not a number (NaN)"), (.infinity, "infinite")] {
      let source = try data { $0[7 * size + 1] = value }
      let outcome = try calibrate(["--data", source, "-o", output])
      #expect(outcome.code == 65)
      #expect(outcome.errors.contains("\(source): the element [7, 0, 0, 1] is \(words)"), "\(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: output))
    }
  }

  @Test func `Mistakes are refused with what to do, and nothing is written`() throws {
    let source = try data()
    let other = try save("other.npy", [3, 2], [1, 2, 3, 4, 5, 6])
    let empty = try save("empty.npy", [0] + NumPyArray(reading: readFile(source)).shape.dropFirst(), [])
    try writeFile(directory.file("broken.npy"), Array(readFile(source).dropLast()))
    let output = directory.file("out.h5")
    let good = ["--data", source, "-o", output]
    let cases: [(arguments: [String], code: Int32, words: String)] = [
      (["-o", output], 64, "--data"), (["--data", source], 64, "-o OUTPUT"),
      (["--data", "", "-o", output], 64, "empty"), (good + ["--in-place"], 64, "-o OUTPUT"),
      (good + ["--momentum", "0.9"], 64, "--method ema"),
      (good + ["--method", "ema", "--momentum", "1.5"], 64, "between 0 and 1"),
      (good + ["--method", "median"], 64, "population"), (good + ["--batch-size", "0"], 64, "--batch-size"),
      (good + ["--batches", "0"], 64, "--batches"), (good + ["--rules", "direct"], 64, "--fold"),
      (good + ["--layers", "a,"], 64, "empty"),
      (good + ["--layers", "none"], 64, "no batch normalization with the name none"),
      (good + ["--plot", "x.png"], 64, ".svg"), (good + ["--plot-layer", "bn"], 64, "--plot"),
      (good + ["--plot", directory.file("p.svg"), "--plot-layer", "none"], 64, "none"),
      (good + ["--data", "x=\(source)"], 64, "named input"),
      (["--data", "x=\(source)", "-o", output], 65, "no input x"),
      (["--data", other, "-o", output], 65, "has the shape (3, 2)"),
      (["--data", empty, "-o", output], 65, "no data"),
      (["--data", directory.file("broken.npy"), "-o", output], 65, "bytes of data"),
      (["--data", directory.file("none.npy"), "-o", output], 66, "none.npy"),
      (["--data", Fixtures.directory, "-o", output], 66, "no file with the ending"),
      (["--data", source, "-o", source, "--force"], 64, "name another"),
      (
        ["--data", source, "-o", directory.file("p.svg"), "--plot", directory.file("p.svg")], 64,
        "The plot is a file that is read or written"
      ),
      (
        ["--data", source, "-o", directory.file("p.svg"), "--plot", directory.path + "/./p.svg", "--force"],
        64,
        "The plot is"
      ),
      (good + ["--plot", source + "/../p.svg"], 73, "p.svg"),
      (good + ["--batch-size", "4611686018427387904"], 64, "--batch-size"),
    ]
    for (arguments, code, words) in cases {
      let outcome = try calibrate(arguments)
      #expect(outcome.code == code, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: output), "\(arguments)")
      #expect(!FileManager.default.fileExists(atPath: directory.file("p.svg")), "\(arguments)")
    }
    defer { try? FileManager.default.removeItem(atPath: directory.file("many")) }
    let many = try Binary.shell(
      "ulimit -n 20; exec \"$0\" calibrate \"$1\" --data \"$2\" -o \"$3\"",
      [model, try folder(of: 40), output])
    #expect(many.code == 71 && many.errors.contains("fewer files"), "\(many.errors)")
  }

  /// A folder with so many files.
  private func folder(of count: Int) throws -> String {
    let path = directory.file("many")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    let content = try readFile(data("sample.npy", samples: 1))
    for index in 0..<count { try writeFile("\(path)/\(index).npy", content) }
    return path
  }

  @Test func `Inputs are given by name, file by file`() throws {
    let fixture = Fixtures.fixture("keras3", "pattern_multi_io")
    let inspection = try JSONDocument(
      parsing: Array(Binary.run(["inspect", fixture.path, "--json"]).output.utf8)
    ).root
    let names = (inspection["layers"]?.array ?? []).filter { $0["class"]?.string == "InputLayer" }
      .compactMap { $0["layer"]?.string?.description }
    let arrays = try fixture.golden().inputs
    try #require(names.count == 2 && arrays.count == 2)
    let files = try zip(names, arrays).map { name, array in
      "\(name)=" + (try save("\(name).npy", array.shape, array.values))
    }
    let output = directory.file("out.h5")
    let named = ["calibrate", fixture.path, "-o", output] + files.flatMap { ["--data", $0] }
    let outcome = try Binary.run(named)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let uneven = try Binary.run(named + ["--data", files[0], "--force"])
    #expect(
      uneven.code == 65 && uneven.errors.contains("different numbers of files: 2, 1"), "\(uneven.errors)")
  }
}

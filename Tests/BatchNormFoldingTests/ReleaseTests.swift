import BatchNormFolding
import Bytes
import Fixtures
import Glibc
import HDF5
import Inference
import Testing

/// Files that releases of Keras have written, in every format that each of them writes.
@Suite(.slow) struct ReleaseTests {
  private static let folder = Fixtures.directory + "/releases"

  /// Batch normalizations of each model, all of which fold; a shared one counts once.
  private static let models = [
    "sequence": 2, "branches": 3, "nested": 3, "shared": 2, "frozen": 3, "kinds": 5,
  ]
  private static let releases = [
    "2.12.1", "2.13.1", "2.14.1", "2.15.1", "3.0.5", "3.3.3", "3.6.0", "3.9.2", "3.12.0", "3.15.1",
  ]

  /// One file of a release.
  struct File: Sendable, CustomStringConvertible {
    let release: String
    let model: String
    let ending: String
    var path: String { "\(ReleaseTests.folder)/\(release)/\(model)\(ending)" }
    var architecture: String? {
      ending == ".weights.h5" ? "\(ReleaseTests.folder)/\(release)/\(model).json" : nil
    }
    var description: String { "\(release) \(model)\(ending)" }

    func open() throws -> ModelFile { try ModelFile(opening: path, architecture: architecture) }

    func golden() throws -> Golden {
      try Golden(reading: "\(ReleaseTests.folder)/\(release)/\(model).golden.safetensors")
    }
  }

  static let files = releases.flatMap { release in
    models.keys.sorted().flatMap { model in
      [".h5", ".keras", ".weights.h5"].map { File(release: release, model: model, ending: $0) }
    }
  }.filter { access($0.path, R_OK) == 0 }

  @Test func `No file is missing but three that Keras 3_0 cannot write`() {
    #expect(Self.files.count == Self.releases.count * Self.models.count * 3 - 3)
  }

  @Test(arguments: files)
  func `The folded file is proven and computes what the release computed`(file: File) throws {
    let directory = TemporaryDirectory()
    let output = directory.file("folded")
    let architecture = file.architecture.map { _ in directory.file("folded.json") }
    let folded = try file.open().fold()
    #expect(folded.ledger.folded.count == Self.models[file.model], "\(folded.ledger.kept)")
    let report = try #require(try folded.write(to: output, architecturePath: architecture))
    #expect(report.verdict == .equal)
    try check(output, architecture, computes: try file.golden())
  }

  @Test(arguments: files)
  func `The file in another format computes the same`(file: File) throws {
    let directory = TemporaryDirectory()
    let output = directory.file("converted"), architecture = directory.file("converted.json")
    let target: FileFormat = file.ending == ".keras" ? .objectWeights : .archive
    let isSeparate = target == .objectWeights
    try AnyModelFile(opening: file.path, architecture: file.architecture).converted(to: target)
      .write(to: output, architecturePath: isSeparate ? architecture : nil)
    try check(output, isSeparate ? architecture : nil, computes: try file.golden())
  }

  /// Each arranges weights in another way, and none of them loads the others' files.
  @Test(arguments: ["2.12.1", "2.13.1", "2.14.1", "2.15.1"], ["2.12.1", "2.13.1", "2.14.1", "2.15.1"])
  func `A file for another release is arranged as that one's own`(source: String, target: String) throws {
    for model in Self.models.keys {
      let directory = TemporaryDirectory()
      let output = directory.file("converted")
      try AnyModelFile(opening: File(release: source, model: model, ending: ".h5").path)
        .converted(to: .objectWeights, version: ByteString(target))
        .write(to: output)
      let own = File(release: target, model: model, ending: ".weights.h5").path
      #expect(try places(in: output) == places(in: own), "\(model)")
    }
  }

  @Test(arguments: ["2.11", "2.22.0", "3.0.0", "4", ""])
  func `An unknown release is refused`(version: String) throws {
    let file = try AnyModelFile(opening: File(release: "2.15.1", model: "sequence", ending: ".keras").path)
    #expect(throws: ModelFileError.self) {
      try file.converted(to: .archive, version: ByteString(version))
    }
  }

  @Test func `Weights by name are refused where Keras 3_0 would load them in another order`() throws {
    let file = File(release: "3.0.5", model: "frozen", ending: ".keras")
    let error = #expect(throws: ModelFileError.self) {
      try AnyModelFile(opening: file.path).converted(to: .wholeHDF5)
    }
    #expect("\(try #require(error))".contains("layer backbone: Keras 3.0.5 forgets which layers"))
  }

  private func check(_ path: String, _ architecture: String?, computes golden: Golden) throws {
    let model = try ModelFile(opening: path, architecture: architecture).model
    let result = try GraphEvaluator<Double>(weights: model.weights)
      .evaluate(model.graph, inputs: golden.inputs)
    #expect(result.outputs.count == golden.outputs.count)
    for (found, expected) in zip(result.outputs, golden.outputs) {
      #expect(relativeError(found, expected) < 1e-5)
    }
  }

  /// Where the arrays of a file are.
  private func places(in path: String) throws -> Set<String> {
    var places: Set<String> = []
    try HDF5File(reading: path).tree.forEachDataset { place, _ in places.insert("\(place)") }
    return places
  }
}

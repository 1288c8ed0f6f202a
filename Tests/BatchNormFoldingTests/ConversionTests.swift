import BatchNormFolding
import Elements
import Fixtures
import Testing

/// Every fixture through every format and back: the same architecture, and the same bits in every weight.
@Suite(.slow) struct ConversionTests {
  /// What each format is called, and where its architecture goes.
  private static func files(_ format: FileFormat, in directory: TemporaryDirectory) -> (String, String?) {
    let path = directory.file("converted.\(format.rawValue)")
    return (path, format.hasSeparateArchitecture ? directory.file("architecture.json") : nil)
  }

  private static let endings: [String: FileFormat] = [
    ".h5": .wholeHDF5, ".keras": .archive, ".weights.h5": .objectWeights, ".names.h5": .namedWeights,
  ]

  @Test(arguments: Fixtures.inEveryFormat)
  func `A model comes back from every format as it was`(fixture: Fixture) throws {
    let original = try AnyModelFile(opening: fixture.path, architecture: fixture.architecture)
    let home = try #require(Self.endings[fixture.ending])
    #expect(throws: ModelFileError.self) { try original.converted(to: .onnx) }
    for format in FileFormat.allCases where format != .onnx {
      let directory = TemporaryDirectory()
      // Where a wrapper wraps another one, the lists of the names do not tell what belongs where.
      let isObjects = format == .archive || format == .objectWeights
      guard fixture.name != "nested_time_distributed_twice" || !isObjects else {
        let error = #expect(throws: ModelFileError.self) { try original.converted(to: format) }
        #expect("\(try #require(error))".contains("to which of its objects"))
        continue
      }
      guard fixture.description != "keras3/layers_functions.keras" || format != .wholeHDF5 else {
        let error = #expect(throws: ModelFileError.self) { try original.converted(to: format) }
        #expect("\(try #require(error))".contains("cannot load a function"))
        continue
      }
      let (path, architecture) = Self.files(format, in: directory)
      let conversion = try original.converted(to: format)
      #expect(try conversion.write(to: path, architecturePath: architecture).isEmpty)
      let there = try AnyModelFile(opening: path, architecture: architecture)
      let (back, description) = (directory.file("back"), directory.file("back.json"))
      let isSeparate = home.hasSeparateArchitecture
      try there.converted(to: home).write(to: back, architecturePath: isSeparate ? description : nil)
      let again = try AnyModelFile(opening: back, architecture: isSeparate ? description : nil)
      let difference = try original.difference(to: again)
      // What a format cannot hold is said, and nothing else is missing.
      let isComplete = !conversion.notes.contains { $0.contains("left out") }
      #expect(difference.isEmpty == isComplete, "\(format): \(difference.entries) \(conversion.notes)")
      #expect(difference.entries.allSatisfy { if case .partRemoved = $0.kind { true } else { false } })
      guard case .model(let model) = original, model.parameterCount > 0 else { continue }
      #expect(difference.equalArrays > 0)
    }
  }

  @Test func `HDF5 comes back from safetensors with everything that it had`() throws {
    let directory = TemporaryDirectory()
    let (there, back) = (directory.file("a.safetensors"), directory.file("a.h5"))
    let fixture = Fixtures.fixture("keras3", "compiled_adam")
    try AnyModelFile(opening: fixture.path).converted(to: .safetensors).write(to: there)
    try AnyModelFile(opening: there).converted(to: .wholeHDF5).write(to: back)
    let (before, after) = (try ModelFile(opening: fixture.path), try ModelFile(opening: back))
    #expect(after.hasOptimizerState && after.hasTrainingConfiguration)
    #expect(after.frameworkVersion == before.frameworkVersion)
    #expect(try AnyModelFile.model(before).difference(to: .model(after)).isEmpty)
    #expect(try before.verify(after).isComplete)
  }

  @Test func `A model in safetensors is folded and stays one`() throws {
    let directory = TemporaryDirectory()
    let (there, folded) = (directory.file("a.safetensors"), directory.file("b.safetensors"))
    for fixture in [
      Fixtures.fixture("keras3", "pattern_resnet_block"), Fixtures.fixture("keras3", "nested_deep", ".keras"),
      Fixtures.fixture("keras2", "pattern_mobilenet_block"),
    ] {
      var options = WriteOptions()
      options.replaces = true
      options.requiresFullCheck = true
      let original = try AnyModelFile(opening: fixture.path, architecture: fixture.architecture)
      try original.converted(to: .safetensors).write(to: there, replaces: true)
      let plan = try ModelFile(opening: there).fold()
      #expect(Set(plan.ledger.folded.map(\.layer.description)) == fixture.expectedFolds)
      try plan.write(to: folded, options: options)
      let result = try ModelFile(opening: folded)
      #expect(try ModelFile(opening: fixture.path, architecture: fixture.architecture).verify(result).passed)
    }
  }

  @Test(arguments: [ElementType.float16, .bfloat16, .float32])
  func `Weights become another type, each rounded once`(type: ElementType) throws {
    let directory = TemporaryDirectory()
    let path = directory.file("a.keras")
    let original = try AnyModelFile(opening: Fixtures.fixture("keras3", "pattern_resnet_block").path)
    let rounding = try original.converted(to: .archive, type: type).write(to: path)
    #expect(rounding.isEmpty == (type == .float32))
    for case .array(let difference) in rounding.entries.map(\.kind) {
      #expect(difference.types?.after == type)
      #expect(difference.overflows == 0)
      let largest = try #require(difference.largest)
      let unit = try #require(type.ulpOfOne)
      #expect(largest <= difference.scale * unit / 2)
    }
    // What has been rounded is a model, too.
    let model = try ModelFile(opening: path)
    #expect(try model.fold().ledger.folded.count == 3)
  }

  @Test func `What is too large for a type becomes infinite, and is counted`() throws {
    let directory = TemporaryDirectory()
    let (path, narrow) = (directory.file("a.safetensors"), directory.file("b.safetensors"))
    let values: [Double] = [1, 65504, 65520, -1e30, .infinity]
    try writeTensors([("a", [5], values)], to: path)
    let rounding = try AnyModelFile(opening: path).converted(to: .safetensors, type: .float16).write(
      to: narrow)
    let kind = try #require(rounding.entries.first?.kind)
    guard case .array(let difference) = kind else { throw UnexpectedKind() }
    #expect(difference.overflows == 2)
    #expect(difference.largest == 0)
  }

  private struct UnexpectedKind: Error {}

  @Test func `What a format cannot hold is refused with its reason`() throws {
    let directory = TemporaryDirectory()
    let keras2 = try AnyModelFile(opening: Fixtures.fixture("keras2", "dense").path)
    let type = #expect(throws: ModelFileError.self) { try keras2.converted(to: .archive, type: .bfloat16) }
    #expect("\(try #require(type))".contains("bfloat16"))
    try writeTensors([("a/b", [1], [1]), ("a", [1], [1])], to: directory.file("a.safetensors"))
    let weights = try AnyModelFile(opening: directory.file("a.safetensors"))
    let names = #expect(throws: ModelFileError.self) { try weights.converted(to: .wholeHDF5) }
    #expect("\(try #require(names))".contains("name"))
    let model = #expect(throws: ModelFileError.self) { try weights.converted(to: .archive) }
    #expect(try #require(model).remedy == .giveArchitecture)
  }

  @Test func `Layers of an inner model have its name in front, and nothing else`() throws {
    let directory = TemporaryDirectory()
    let fixture = Fixtures.fixture("keras3", "nested_deep")
    try ModelFile(opening: fixture.path).fold().write(to: directory.file("folded.h5"))
    let difference = try AnyModelFile(opening: fixture.path)
      .difference(to: AnyModelFile(opening: directory.file("folded.h5")))
    let removed = difference.entries.compactMap { entry in
      if case .partRemoved = entry.kind { "\(entry.name)" } else { nil }
    }
    #expect(Set(removed) == fixture.expectedFolds)
  }

  @Test func `A state dictionary comes back from HDF5`() throws {
    let directory = TemporaryDirectory()
    let (first, second, third) = (
      directory.file("a.safetensors"), directory.file("a.h5"), directory.file("b.safetensors")
    )
    try writeTensors(
      [("layer1.0.conv1.weight", [2, 1], [1, 2]), ("bn/running_mean", [2], [0.5, 0.25])], to: first)
    try AnyModelFile(opening: first).converted(to: .wholeHDF5).write(to: second)
    try AnyModelFile(opening: second).converted(to: .safetensors).write(to: third)
    let difference = try AnyModelFile(opening: first).difference(to: AnyModelFile(opening: third))
    #expect(difference.isEmpty)
    #expect(difference.equalArrays == 2)
  }
}

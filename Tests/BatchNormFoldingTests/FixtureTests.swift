import BatchNormFolding
import Fixtures
import Inference
import Testing

/// Every fixture from file to file: the ledger, the check, and the framework's outputs.
@Suite struct FixtureTests {
  /// Networks with a layer that bnfold carries and does not run.
  private static let notRun: Set = [
    "bn_training_true", "nested_time_distributed_twice", "pattern_custom_layer",
  ]

  @Test(arguments: Fixtures.inEveryFormat)
  func `The ledger is as the manifest expects`(fixture: Fixture) throws {
    let ledger = try fixture.open().fold().ledger
    #expect(Set(ledger.folded.map(\.layer.description)) == fixture.expectedFolds)
    let refusals = ledger.kept.map { entry in
      guard case .kept(let refusal, _) = entry.outcome else { return (entry.layer.description, "") }
      return (entry.layer.description, refusal.code.rawValue)
    }
    #expect(Dictionary(uniqueKeysWithValues: refusals) == fixture.expectedRefusals)
  }

  @Test(.slow, arguments: Fixtures.inEveryFormat)
  func `The written model passes the check and computes the golden outputs`(fixture: Fixture) throws {
    let directory = TemporaryDirectory()
    let output = directory.file("folded")
    let architecture = fixture.architecture.map { _ in directory.file("folded.json") }
    let folded = try fixture.open().fold()
    let report = try #require(try folded.write(to: output, architecturePath: architecture))
    #expect(report.passed)
    #expect(directory.contents == (architecture == nil ? ["folded"] : ["folded", "folded.json"]))
    #expect(report.isComplete != Self.notRun.contains(fixture.name))
    guard report.isComplete else { return }
    let golden = try fixture.golden()
    let model = try ModelFile(opening: output, architecture: architecture).model
    let result = try GraphEvaluator<Double>(weights: model.weights).evaluate(
      model.graph, inputs: golden.inputs)
    // The folded weights were rounded once to their type; float16 files have weights of 11 bits.
    let tolerance = fixture.name == "type_float16" ? 0x1p-6 : fixture.name == "type_float64" ? 1e-12 : 1e-5
    for (found, expected) in zip(result.outputs, golden.outputs64) {
      #expect(relativeError(found, expected) < tolerance)
    }
  }

  @Test(.slow, arguments: Fixtures.inEveryFormat)
  func `The same input gives the same bytes`(fixture: Fixture) throws {
    let directory = TemporaryDirectory()
    let folded = try fixture.open().fold()
    for name in ["first", "second"] {
      let architecture = fixture.architecture.map { _ in directory.file(name + ".json") }
      try folded.write(to: directory.file(name), architecturePath: architecture)
    }
    #expect(try readFile(directory.file("first")) == readFile(directory.file("second")))
  }
}

extension Fixture {
  fileprivate func open() throws -> ModelFile { try ModelFile(opening: path, architecture: architecture) }
}

import BatchNormFolding
import Elements
import Fixtures
import Testing

/// The program in docs/library.md: this module alone has to be enough.
@Suite struct LibraryTests {
  @Test func `A program opens, folds, writes and verifies`() throws {
    let directory = TemporaryDirectory()
    let model = try ModelFile(opening: Fixtures.fixture("keras3", "pattern_densenet_block").path)
    #expect(model.layers.count == 10)
    #expect(model.layers.reduce(0) { $0 + $1.parameterCount } == model.parameterCount)
    let folded = try model.fold()
    let kept = folded.ledger.kept.map { entry -> String in
      guard case .kept(let refusal, _) = entry.outcome else { return "" }
      return "\(entry.layer): \(refusal.code.rawValue)"
    }
    #expect(kept == ["bn_outer: no-producer"])
    let report = try folded.write(to: directory.file("folded.h5"))
    #expect(report?.passed == true)
    let other = try ModelFile(opening: directory.file("folded.h5"))
    #expect(try model.verify(other).passed)
  }

  @Test(arguments: ["npy", "npz", "safetensors"])
  func `A program runs a model on arrays from a file, and writes what it computes`(ending: String) throws {
    let directory = TemporaryDirectory()
    let fixture = Fixtures.fixture("keras3", "pattern_densenet_block")
    let golden = try fixture.golden()
    let input = try #require(golden.inputs.first)
    let array = NamedArray(
      name: "x", elementType: .float64, shape: input.shape, content: .values(input.values, .float64))
    let (source, target) = (directory.file("x.\(ending)"), directory.file("y.\(ending)"))
    try ArrayFile.write([array], to: source)
    let given = GivenArrays(input: nil, file: try ArrayFile(opening: source))
    let model = try ModelFile(opening: fixture.path)
    try ArrayFile.write(try ModelRun(of: model, on: [given]).results(in: .float64), to: target)
    let result = try #require(try ArrayFile(opening: target).arrays.first)
    let bytes = try result.content.bytes(0..<result.byteCount)
    let values: [Double] = bytes.withUnsafeBytes { ElementType.float64.decode($0) }
    let expected = try #require(golden.outputs64.first)
    #expect(result.shape == expected.shape)
    let scale = expected.values.map(abs).max() ?? 0
    #expect(zip(values, expected.values).allSatisfy { abs($0 - $1) < 1e-12 * scale })
    #expect(throws: OutputError.self) { try ArrayFile.write([array], to: source) }
  }
}

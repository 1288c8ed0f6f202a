import Elements
import Fixtures
import LosslessJSON
import NumPy
import Testing

/// `run` gives the types that a model of ONNX states, unless it is told another one.
@Suite struct ONNXRunTests {
  private let directory = TemporaryDirectory()
  private let network = onnxFixture("network")
  private let image = "\(Fixtures.directory)/onnx/network.image.npz"

  private func array(_ path: String) throws -> NumPyArray { try NumPyArray(reading: readFile(path)) }

  private func numbers(_ array: NumPyArray) -> [Double] {
    array.bytes.withUnsafeBytes { array.elementType.decode($0) }
  }

  private func save(_ array: NumPyArray) throws -> String {
    try writeFile(directory.file("in.npy"), array.content)
    return directory.file("in.npy")
  }

  @Test(arguments: [(nil, ElementType.float32, 1e-6), ("float64", .float64, 1e-14)])
  func `A network computes what the library of ONNX does`(
    dtype: String?, type: ElementType, tolerance: Double
  ) throws {
    let output = directory.file("y.npy")
    let outcome = try Binary.run(
      ["run", network, "-i", image, "-o", output] + (dtype.map { ["--dtype", $0] } ?? []))
    #expect(outcome.code == 0, "\(outcome.errors)")
    let (found, expected) = (
      try array(output), try array("\(Fixtures.directory)/onnx/network.scores.npy")
    )
    #expect(found.elementType == type && found.shape == expected.shape && found.shape == [2, 5])
    let scale = numbers(expected).map(abs).max() ?? 0
    let error = zip(numbers(found), numbers(expected)).map { abs($0 - $1) }.max() ?? .infinity
    #expect(error < tolerance * scale, "\(error / scale)")
  }

  @Test func `Integers are exact, and truth values stay such`() throws {
    let counts: [Int64] = [0, 1, -5, 1 << 53, .max - 1]
    let input = try save(
      NumPyArray(
        elementType: .integer(bits: 64, isSigned: true), shape: [5],
        bytes: counts.withUnsafeBytes { Array($0) }))
    let output = directory.file("y.safetensors")
    let outcome = try Binary.run(["run", onnxFixture("integers"), "-i", input, "-o", output])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let bytes = try readFile(output)
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try JSONDocument(parsing: Array(bytes[8..<8 + length])).root
    func elements(_ name: String, _ type: String) throws -> [UInt8] {
      let entry = try #require(header[.init(name)])
      #expect(entry["dtype"]?.string?.description == type)
      let range = (entry["data_offsets"]?.array ?? []).compactMap(\.integer)
      try #require(range.count == 2)
      return Array(bytes[(8 + length + range[0])..<(8 + length + range[1])])
    }
    #expect(try elements("next", "I64") == counts.map { $0 + 1 }.withUnsafeBytes { Array($0) })
    #expect(try elements("several", "BOOL") == [0, 1, 0, 1, 1])
  }

  @Test func `A model in float64 computes in it unless it is told otherwise`() throws {
    let input = try save(
      NumPyArray(elementType: .float64, shape: [2], bytes: ElementType.float64.encode([1, -1])))
    let output = directory.file("y.npy")
    let arguments = ["run", onnxFixture("double"), "-i", input, "-o", output, "--force"]
    #expect(try Binary.run(arguments).code == 0)
    let wide = try array(output)
    #expect(wide.elementType == .float64)
    #expect(numbers(wide) == [1 + 0x1p-40, -1 + 0x1p-40])
    #expect(try Binary.run(arguments + ["--dtype", "float32"]).code == 0)
    let narrow = try array(output)
    #expect(narrow.elementType == .float32 && numbers(narrow) == [1, -1])
  }

  @Test func `A model in float16 is not rounded inside, which a note says`() throws {
    let input = try save(
      NumPyArray(elementType: .float16, shape: [2], bytes: ElementType.float16.encode([2048, 3])))
    let output = directory.file("y.npy")
    let outcome = try Binary.run(["run", onnxFixture("half"), "-i", input, "-o", output])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(
      outcome.output.contains("the model states float16: it was computed in float32"), "\(outcome.output)")
    let result = try array(output)
    // 2047 where each result is rounded.
    #expect(result.elementType == .float16 && numbers(result) == [2048, 3])
    let other = try Binary.run(["run", network, "-i", image, "-o", directory.file("z.npy")])
    #expect(!other.output.contains("it was computed in"))
  }

  @Test func `An array that is no input's is refused, and nothing is written`() throws {
    let input = try save(
      NumPyArray(
        elementType: .float32, shape: [2, 3], bytes: ElementType.float32.encode([1, 2, 3, 4, 5, 6])))
    for (given, words) in [("other=\(input)", "no input other"), ("image=\(input)", "image")] {
      let outcome = try Binary.run(["run", network, "-i", given, "-o", directory.file("y.npy")])
      #expect(outcome.code == 65)
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
      #expect(directory.contents == ["in.npy"])
    }
  }
}

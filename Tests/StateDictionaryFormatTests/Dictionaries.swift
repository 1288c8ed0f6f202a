import Arrays
import Bytes
import Elements
import Files
import Fixtures
import Safetensors
@testable import StateDictionaryFormat

/// State dictionaries for tests, in files of a directory that is removed at the end.
struct Dictionaries {
  let directory = TemporaryDirectory()

  /// A file with tensors of random elements between -1 and 1; what ends with `running_var` is positive.
  func make(
    _ shapes: [(String, Shape)], type: ElementType = .float32, seed: UInt64 = 1
  ) throws -> StateDictionary {
    var generator = SeededGenerator(seed: seed)
    let tensors = shapes.map { name, shape in
      let values = (0..<shape.elementCount).map { _ in
        let value = Double.random(in: -1...1, using: &generator)
        return name.hasSuffix("running_var") ? abs(value) + 0.1 : value
      }
      return NamedArray(
        name: ByteString(name), elementType: type, shape: shape, content: .values(values, type))
    }
    return try write(SafetensorsWriter(tensors, metadataText: nil), named: "\(seed).safetensors")
  }

  /// Writes a file and opens it.
  func write(_ writer: SafetensorsWriter, named name: String) throws -> StateDictionary {
    let path = directory.file(name)
    let output = try OutputFile(target: path, replaces: true, permissions: 0o644)
    try writer.write(to: output.descriptor)
    try output.publish()
    let file = try SafetensorsFile(reading: InputFile(opening: path, limit: .max))
    return StateDictionary(file.tensors.map { NamedArray(copying: $0, of: file) })
  }

  /// Writes a folded dictionary and opens it.
  func write(_ application: PlanApplication, named name: String) throws -> StateDictionary {
    try write(SafetensorsWriter(application.arrays, metadataText: nil), named: name)
  }

  /// The names of a convolution and a batch normalization.
  static func pair(
    _ convolution: String, _ shape: Shape, _ normalization: String, channels: Int? = nil, bias: Bool = false
  ) -> [(String, Shape)] {
    [(convolution + ".weight", shape)] + (bias ? [(convolution + ".bias", [shape[0]])] : [])
      + Self.normalization(normalization, channels ?? shape[0])
  }

  static func normalization(_ name: String, _ channels: Int) -> [(String, Shape)] {
    ["weight", "bias", "running_mean", "running_var"].map { ("\(name).\($0)", [channels]) }
  }
}

extension StateDictionary {
  func values(_ name: ByteString) throws -> [Double] {
    let tensor = self[name]!
    let bytes = try tensor.content.bytes(0..<tensor.byteCount)
    return bytes.withUnsafeBytes { tensor.elementType.decode($0) }
  }
}

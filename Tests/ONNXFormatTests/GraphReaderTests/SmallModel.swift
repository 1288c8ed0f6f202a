import Bytes
import Elements
import Fixtures
import ModelFormats
import ModelGraph

@testable import ONNXFormat

/// A model of ONNX of a few nodes, made by hand: x comes in, y goes out.
struct SmallModel {
  var irVersion: Int64 = 10
  var operatorSets: KeyValuePairs<String, Int64> = ["": 17]
  var inputs = [input("x", [2, 3, 8, 8])]
  var initializers: [[UInt8]] = []
  var nodes: [[UInt8]] = []
  var outputs = ["y"]
  var functions: [[UInt8]] = []
  var valueInfos: [[UInt8]] = []

  private var bytes: [UInt8] {
    let ends =
      inputs.map { field(11, $0) } + outputs.map { field(12, text(1, $0)) }
      + valueInfos.map { field(13, $0) }
    let graph = nodes.map { field(1, $0) } + initializers.map { field(5, $0) } + ends
    return number(1, irVersion) + operatorSets.flatMap { field(8, text(1, $0.key), number(2, $0.value)) }
      + field(7, graph.flatMap { $0 }) + functions.flatMap { field(25, $0) }
  }

  /// Writes it to a file and reads this.
  func source() throws -> ONNXSource {
    let directory = TemporaryDirectory()
    let path = directory.file("model.onnx")
    try writeFile(path, bytes)
    return try ONNXSource(
      reading: ModelInput(opening: path, companion: nil, limit: .max), limits: ReadingLimits())
  }
}

/// The value of an attribute.
indirect enum Attribute: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringLiteral,
  ExpressibleByArrayLiteral
{
  case float(Float)
  case integer(Int64)
  case text(String)
  case tensor([UInt8])
  case graph([UInt8])
  case floats([Float])
  case integers([Int64])

  init(integerLiteral value: Int64) { self = .integer(value) }
  init(floatLiteral value: Float) { self = .float(value) }
  init(stringLiteral value: String) { self = .text(value) }
  init(arrayLiteral elements: Int64...) { self = .integers(elements) }

  fileprivate var fields: [UInt8] {
    switch self {
    case .float(let value): varint(2 << 3 | 5) + littleEndian([value]) + number(20, 1)
    case .integer(let value): number(3, value) + number(20, 2)
    case .text(let value): ONNXFormatTests.text(4, value) + number(20, 3)
    case .tensor(let message): field(5, message) + number(20, 4)
    case .graph(let message): field(6, message) + number(20, 5)
    case .floats(let values): field(7, littleEndian(values)) + number(20, 6)
    case .integers(let values): values.flatMap { number(8, $0) } + number(20, 7)
    }
  }
}

private func littleEndian<Number>(_ values: [Number]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }

/// A node's message; without a name it is called like its first output.
func node(
  _ operatorType: String, _ inputs: [String], _ outputs: [String],
  _ attributes: KeyValuePairs<String, Attribute> = [:], domain: String = ""
) -> [UInt8] {
  inputs.flatMap { text(1, $0) } + outputs.flatMap { text(2, $0) } + text(4, operatorType)
    + attributes.flatMap { field(5, attribute($0.key, $0.value)) } + text(7, domain)
}

/// An attribute's message.
func attribute(_ name: String, _ value: Attribute) -> [UInt8] { text(1, name) + value.fields }

/// A value's message: its name, its type, and the sizes of its axes, of which nil is not known.
func input(_ name: String, _ sizes: [Int64?], type: Int64 = 1) -> [UInt8] {
  let axes = sizes.flatMap { field(1, $0.map { number(1, $0) } ?? []) }
  return text(1, name) + field(2, field(1, number(1, type), field(2, axes)))
}

/// A tensor's message with floating-point numbers: 1, 2, 3 and so on unless given.
func initializer(_ name: String, _ sizes: [Int64], _ values: [Float]? = nil) -> [UInt8] {
  let values = values ?? (0..<sizes.reduce(1, *)).map { Float($0 + 1) }
  return sizes.flatMap { number(1, $0) } + number(2, 1) + text(8, name) + field(9, littleEndian(values))
}

/// A tensor's message with integers, along one axis unless they are a scalar.
func initializer(_ name: String, integers: [Int64], isScalar: Bool = false) -> [UInt8] {
  (isScalar ? [] : number(1, Int64(integers.count))) + number(2, 7) + text(8, name)
    + field(9, littleEndian(integers))
}

/// A tensor's message with a truth value.
func initializer(_ name: String, boolean: Bool) -> [UInt8] {
  number(2, 9) + text(8, name) + field(9, [boolean ? 1 : 0])
}

/// The initializers of a batch normalization of three channels.
let normalizationConstants = ["gamma", "beta", "mean", "variance"].map { initializer($0, [3]) }

/// A batch normalization of x.
func batchNormalization(
  outputs: [String] = ["y"], _ attributes: KeyValuePairs<String, Attribute> = [:]
) -> [UInt8] {
  node("BatchNormalization", ["x", "gamma", "beta", "mean", "variance"], outputs, attributes)
}

/// A graph's message.
func innerGraph(_ nodes: [[UInt8]], initializers: [[UInt8]] = [], inputs: [String] = [], outputs: [String])
  -> [UInt8]
{
  let ends = inputs.map { field(11, text(1, $0)) } + outputs.map { field(12, text(1, $0)) }
  return (nodes.map { field(1, $0) } + initializers.map { field(5, $0) } + ends).flatMap { $0 }
}

/// A function's message, in the domain `own`, with operators of a version.
func function(
  _ name: String, _ inputs: [String], _ outputs: [String], _ nodes: [[UInt8]], version: Int64 = 17
) -> [UInt8] {
  let names = text(1, name) + inputs.flatMap { text(4, $0) } + outputs.flatMap { text(5, $0) }
  let sets = field(9, text(1, ""), number(2, version)) + field(9, text(1, "own"), number(2, 1))
  return names + nodes.flatMap { field(7, $0) } + sets + text(10, "own")
}

extension ONNXSource {
  /// The layer with a name.
  func layer(_ name: ByteString = "y") -> Layer? { graph.layers.first { $0.name == name } }

  /// The elements of a weight.
  func numbers(_ role: Role, of name: ByteString = "y") throws -> [Double]? {
    try layer(name)?.variable(role)?.elements(from: self)
  }

  /// Why a layer is carried; nil where it is not.
  func carriedReason(_ name: ByteString = "y") -> String? {
    guard case .opaque(let reason) = layer(name)?.operation else { return nil }
    return reason
  }
}

import Bytes
import Elements
import Fixtures
import Inference
import LosslessJSON
import ModelGraph
import Testing

/// What an operator computes, as `Fixtures/generator/operators.py` records it.
struct OperatorCase: Sendable, CustomTestStringConvertible {
  let name: String
  let operation: String
  let attributes: JSONValue
  let operands: [Array?]
  let results: [Array?]

  var testDescription: String { name }

  /// An array of the fixture.
  struct Array: Sendable {
    let type: ElementType
    let shape: Shape
    let values: [Double]

    init?(_ value: JSONValue?) {
      guard let value, let type = value["type"]?.string,
        let shape = value["shape"]?.array?.compactMap(\.integer)
      else { return nil }
      self.type = ElementType(fixtureName: "\(type)")
      self.shape = shape
      values = (value["values"]?.array ?? []).map { element in
        element.string.map { Double("\($0)") ?? .nan } ?? element.double ?? .nan
      }
    }

    func value<Scalar: InferenceScalar>(as: Scalar.Type) -> TensorValue<Scalar> {
      type.isFloatingPoint
        ? .numbers(DenseArray(shape: shape, values: values.map { Scalar($0) }))
        : .integers(
          IntegerArray(
            shape: shape, values: values.map { Int64(exactly: $0) ?? Int64(bitPattern: UInt64($0)) },
            type: type))
    }
  }

  static let all: [OperatorCase] = {
    guard let text = try? readFile("\(Fixtures.directory)/operators/cases.json"),
      let entries = try? JSONDocument(parsing: text).root.array
    else { preconditionFailure("the cases of the operators cannot be read") }
    return entries.map { entry in
      OperatorCase(
        name: "\(entry["name"]?.string ?? "")", operation: "\(entry["operator"]?.string ?? "")",
        attributes: entry["attributes"] ?? entry,
        operands: (entry["operands"]?.array ?? []).map { Array($0) },
        results: (entry["results"]?.array ?? []).map { Array($0) })
    }
  }()

  // MARK: - Attributes

  func integer(_ name: ByteString, _ otherwise: Int = 0) -> Int { attributes[name]?.integer ?? otherwise }
  func flag(_ name: ByteString, _ otherwise: Bool = false) -> Bool { integer(name, otherwise ? 1 : 0) != 0 }
  func number(_ name: ByteString, _ otherwise: Float) -> Float {
    attributes[name]?.double.map { Float($0) } ?? otherwise
  }
  func text(_ name: ByteString, _ otherwise: String) -> String {
    attributes[name]?.string.map { "\($0)" } ?? otherwise
  }
  func integers(_ name: ByteString) -> [Int]? { attributes[name]?.array?.compactMap(\.integer) }
}

extension ElementType {
  init(fixtureName name: String) {
    self =
      switch name {
      case "float16": .float16
      case "float32": .float32
      case "float64": .float64
      case "bool": .boolean
      default:
        .integer(
          bits: Int(name.drop { !$0.isNumber }) ?? 64, isSigned: !name.hasPrefix("u"))
      }
  }
}

import Bytes
import Elements
import ModelGraph

extension OperatorTable {
  /// Elements that are in an attribute.
  static let elements: [ByteString: Reader] = [
    "Constant": { (node) throws(CarriedReason) in
      node.setOperand(0, constant: try node.constantValue())
      return try node.tensorOperation(.constant)
    }
  ]
}

extension NodeReading {
  /// The value of a Constant, in the only one of its attributes.
  fileprivate mutating func constantValue() throws(CarriedReason) -> ConstantTable.Constant {
    let type = ElementType.integer(bits: 64, isSigned: true)
    if let tensor = try attributes.tensor("value") { return add(tensor) }
    if attributes.has("value_float") {
      return add([try attributes.float("value_float", or: 0)].bytes, .float32, [])
    }
    if attributes.has("value_floats"), let values = try attributes.floats("value_floats") {
      return add(values.bytes, .float32, [values.count])
    }
    if let value = try attributes.integer("value_int") { return add([value].bytes, type, []) }
    if let values = try attributes.integers("value_ints") {
      return add(values.map { Int64($0) }.bytes, type, [values.count])
    }
    throw .value("its value is of a type that is carried")
  }
}

extension Array {
  /// The elements as they lie in memory.
  fileprivate var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }
}

import Bytes
import Elements

/// The attributes of a node, each of which an operator has to take.
///
/// One that nobody has taken may change what the node computes, so that it is carried.
struct NodeAttributes {
  private var values: [ByteString: ONNXAttribute.Value]

  init(_ attributes: [ONNXAttribute]) {
    values = Dictionary(attributes.map { ($0.name, $0.value) }) { first, _ in first }
  }

  /// The first attribute, by its name, that has not been taken; nil where there is none.
  var untaken: ByteString? { values.keys.min() }

  func has(_ name: ByteString) -> Bool { values[name] != nil }

  private mutating func take(_ name: ByteString) -> ONNXAttribute.Value? { values.removeValue(forKey: name) }

  /// Takes an attribute that changes nothing at inference.
  mutating func ignore(_ names: ByteString...) { for name in names { _ = take(name) } }

  /// - Throws: `CarriedReason` where the attribute has another type.
  mutating func integer(_ name: ByteString) throws(CarriedReason) -> Int64? {
    switch take(name) {
    case nil: return nil
    case .integer(let value): return value
    default: throw .attribute(name)
    }
  }

  mutating func integer(_ name: ByteString, or usual: Int) throws(CarriedReason) -> Int {
    guard let value = try integer(name) else { return usual }
    guard let value = Int(exactly: value), value.magnitude < 1 << 40 else { throw .attribute(name) }
    return value
  }

  mutating func flag(_ name: ByteString, or usual: Bool = false) throws(CarriedReason) -> Bool {
    switch try integer(name, or: usual ? 1 : 0) {
    case 0: return false
    case 1: return true
    default: throw .attribute(name)
    }
  }

  mutating func float(_ name: ByteString, or usual: Float) throws(CarriedReason) -> Float {
    switch take(name) {
    case nil: return usual
    case .float(let value): return value
    default: throw .attribute(name)
    }
  }

  mutating func optionalFloat(_ name: ByteString) throws(CarriedReason) -> Float? {
    guard has(name) else { return nil }
    return try float(name, or: 0)
  }

  mutating func text(_ name: ByteString, or usual: ByteString) throws(CarriedReason) -> ByteString {
    switch take(name) {
    case nil: return usual
    case .string(let value): return value
    default: throw .attribute(name)
    }
  }

  /// One of several words.
  ///
  /// - Parameters:
  ///   - name: of the attribute.
  ///   - words: what each means; the first one is that of an absent attribute.
  mutating func choice<Value>(
    _ name: ByteString, _ words: KeyValuePairs<ByteString, Value>
  ) throws(CarriedReason) -> Value {
    let word = try text(name, or: words[0].key)
    guard let found = words.first(where: { $0.key == word }) else { throw .attribute(name) }
    return found.value
  }

  mutating func integers(_ name: ByteString) throws(CarriedReason) -> [Int]? {
    switch take(name) {
    case nil: return nil
    case .integers(let values):
      let numbers = values.compactMap { Int(exactly: $0) }.filter { $0.magnitude < 1 << 40 }
      guard numbers.count == values.count else { throw .attribute(name) }
      return numbers
    default: throw .attribute(name)
    }
  }

  mutating func floats(_ name: ByteString) throws(CarriedReason) -> [Float]? {
    switch take(name) {
    case nil: return nil
    case .floats(let values): return values
    default: throw .attribute(name)
    }
  }

  mutating func texts(_ name: ByteString) throws(CarriedReason) -> [ByteString]? {
    switch take(name) {
    case nil: return nil
    case .strings(let values): return values
    default: throw .attribute(name)
    }
  }

  mutating func tensor(_ name: ByteString) throws(CarriedReason) -> ONNXTensor? {
    switch take(name) {
    case nil: return nil
    case .tensor(let value): return value
    default: throw .attribute(name)
    }
  }

  /// An element type by its number.
  mutating func elementType(_ name: ByteString) throws(CarriedReason) -> ElementType? {
    guard let number = try integer(name) else { return nil }
    guard let number = Int32(exactly: number), let entry = ONNXElementType[number],
      entry.type.byteCount != nil
    else { throw .attribute(name) }
    return entry.type
  }
}

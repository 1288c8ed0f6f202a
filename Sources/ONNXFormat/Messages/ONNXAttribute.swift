import Bytes
import ModelFormats
import Wire

/// A named value of a node.
public struct ONNXAttribute: Sendable {
  public let name: ByteString
  public let value: Value

  /// A value, by its type.
  public indirect enum Value: Sendable {
    case float(Float)
    case integer(Int64)
    case string(ByteString)
    case tensor(ONNXTensor)
    case graph(ONNXGraph)
    case floats([Float])
    case integers([Int64])
    case strings([ByteString])
    case tensors([ONNXTensor])
    case graphs([ONNXGraph])
    /// The attribute, by its name, of the function that the node is in.
    case reference(ByteString)
    /// Sparse tensors, types, and texts too long to be kept, which bnfold carries: their whole fields, in the file.
    case other([Range<Int>])
  }
}

extension ONNXAttribute {
  /// Reads an attribute.
  ///
  /// Source: onnx/onnx.proto, `AttributeProto`.
  ///
  /// - Throws: `ModelFileError` where it does not have the value that its type says.
  init(_ field: WireField, in outer: ONNXMessage) throws(ModelFileError) {
    let message = try outer.message(field)
    var name: ByteString = ""
    var type: Int64 = 0
    var reference: ByteString = ""
    var fields: [Int: [WireField]] = [:]
    try message.forEachField { (field) throws(ModelFileError) in
      switch field.number {
      case 1: name = try message.name(field)
      case 20: type = try message.integer(field)
      case 21: reference = try message.name(field)
      case 2...11, 14, 15, 22, 23: fields[field.number, default: []].append(field)
      default: break
      }
    }
    guard !name.isEmpty else { throw message.problem(.noAttributeName) }
    self.name = name
    value = try message.at("the attribute \(name)") { () throws(ModelFileError) in
      if !reference.isEmpty { return .reference(reference) }
      let number = try Self.fieldNumber(ofType: type, fields, in: message)
      return try Self.value(number, fields[number] ?? [], in: message)
    }
  }

  /// The field with the value; where there is no type, as before version 2 of the format, the only one.
  private static func fieldNumber(
    ofType type: Int64, _ fields: [Int: [WireField]], in message: ONNXMessage
  ) throws(ModelFileError) -> Int {
    // Float, integer, string, tensor, graph, then several of each; sparse tensors; types.
    let numbers = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 22, 23, 14, 15]
    if type == 0 {
      guard let only = fields.keys.first else { throw message.problem(.noValue) }
      guard fields.count == 1 else { throw message.problem(.severalValues) }
      return only
    }
    guard type >= 1, type <= numbers.count else { throw message.problem(.attributeType(type)) }
    return numbers[Int(type) - 1]
  }

  private static func value(
    _ number: Int, _ fields: [WireField], in message: ONNXMessage
  ) throws(ModelFileError) -> Value {
    let other = Value.other(fields.map(\.range))
    switch number {
    case 2:
      let bits = try message.onWire { (_) throws(WireError) in try fields.last?.fixed32 }
      return .float(Float(bitPattern: bits ?? 0))
    case 3:
      return .integer(
        try fields.last.map { (field) throws(ModelFileError) in try message.integer(field) } ?? 0)
    case 4:
      guard let last = fields.last else { return .string("") }
      return try message.text(last).map { .string($0) } ?? other
    case 5 where !fields.isEmpty: return .tensor(try ONNXTensor(fields, in: message))
    case 6 where !fields.isEmpty: return .graph(try ONNXGraph(fields, in: message))
    case 5, 6: throw message.problem(.noValue)
    case 7:
      return .floats(
        try fields.flatMapInOrder { (field) throws(ModelFileError) in try message.floats(field) })
    case 8:
      return .integers(
        try fields.flatMapInOrder { (field) throws(ModelFileError) in try message.integers(field) })
    case 9:
      let texts = try fields.map { (field) throws(ModelFileError) in try message.text(field) }
      let kept = texts.compactMap { $0 }
      return kept.count == texts.count ? .strings(kept) : other
    case 10:
      return .tensors(
        try fields.map { (field) throws(ModelFileError) in try ONNXTensor([field], in: message) })
    case 11:
      return .graphs(try fields.map { (field) throws(ModelFileError) in try ONNXGraph([field], in: message) })
    case 22:
      if !fields.isEmpty { _ = try ONNXSparseTensor(fields, in: message) }
      return other
    case 23:
      for field in fields { _ = try ONNXSparseTensor([field], in: message) }
      return other
    default: return other
    }
  }
}

extension Sequence {
  /// The elements of all lists, with a typed error.
  fileprivate func flatMapInOrder<Result, Failure>(
    _ transform: (Element) throws(Failure) -> [Result]
  ) throws(Failure) -> [Result] {
    var results: [Result] = []
    for element in self { results += try transform(element) }
    return results
  }
}

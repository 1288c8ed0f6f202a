import Bytes
import Elements
import ModelFormats
import Wire

extension ONNXTensor {
  private static let maximumRank = 64

  /// Reads a tensor, which is some fields of a message.
  ///
  /// - Throws: `ModelFileError` where its type, its shape and its elements do not fit.
  init(_ fields: [WireField], in outer: ONNXMessage) throws(ModelFileError) {
    let message = try outer.message(fields)
    var content = StoredElements()
    try message.forEachField { (field) throws(ModelFileError) in try content.add(field, of: message) }
    let name = content.name
    let (type, shape, storage, byteCount) = try message.at("the tensor \(name)") {
      () throws(ModelFileError) in
      guard let type = ONNXElementType[content.type] else {
        throw message.problem(.elementType(content.type))
      }
      let shape = try Self.shape(content.axes, in: message)
      let (storage, byteCount) = try content.storage(of: type, shape: shape, in: message)
      return (type, shape, storage, byteCount)
    }
    self.init(
      name: name, shape: shape, elementType: type.type, onnxType: type.number, storage: storage,
      byteCount: byteCount, fields: fields)
  }

  private static func shape(_ axes: [Int64], in message: ONNXMessage) throws(ModelFileError) -> Shape {
    guard axes.count <= maximumRank else { throw message.problem(.rank(axes.count, limit: maximumRank)) }
    if let negative = axes.first(where: { $0 < 0 }) { throw message.problem(.negativeAxis(negative)) }
    let shape = axes.map { Int($0) }
    // A size of zero must not hide that the others do not fit.
    guard shape.filter({ $0 != 0 }).checkedElementCount != nil else { throw message.problem(.sizeOverflow) }
    return shape
  }
}

/// What the fields of a tensor say.
private struct StoredElements {
  var name: ByteString = ""
  var axes: [Int64] = []
  var type: Int32 = 0
  private var raw: Range<Int>?
  private var floats = WireNumbers(.fixed32)
  private var integers32 = WireNumbers(.varint)
  private var integers64 = WireNumbers(.varint)
  private var doubles = WireNumbers(.fixed64)
  private var unsigned64 = WireNumbers(.varint)
  private var strings = (count: 0, byteCount: 0)
  private var isExternal = false
  private var isSegment = false
  private var external: [(key: ByteString, value: ByteString)] = []

  /// Takes in a field.
  ///
  /// Source: onnx/onnx.proto, `TensorProto`.
  mutating func add(_ field: WireField, of message: ONNXMessage) throws(ModelFileError) {
    switch field.number {
    case 1: axes += try message.integers(field)
    case 2: type = try message.integer32(field)
    case 3: isSegment = true
    case 4: try add(field, to: &floats, of: message)
    case 5: try add(field, to: &integers32, of: message)
    case 6: strings = (strings.count + 1, strings.byteCount + (try message.payload(field).count))
    case 7: try add(field, to: &integers64, of: message)
    case 8: name = try message.name(field)
    case 9: raw = try message.payload(field)
    case 10: try add(field, to: &doubles, of: message)
    case 11: try add(field, to: &unsigned64, of: message)
    case 13:
      let entry = try message.entry(field)
      external.append((entry.key, entry.value ?? ""))
    case 14: isExternal = try message.integer32(field) == 1
    default: break
    }
  }

  private func add(
    _ field: WireField, to numbers: inout WireNumbers, of message: ONNXMessage
  ) throws(ModelFileError) {
    try message.onWire { (reader) throws(WireError) in try numbers.append(field, from: reader) }
  }

  private func numbers(of field: ONNXElementType.Field) -> WireNumbers? {
    switch field {
    case .floats: floats
    case .integers32: integers32
    case .integers64: integers64
    case .doubles: doubles
    case .unsigned64: unsigned64
    case .strings: nil
    }
  }

  /// Where the elements are, if they are in one place and fit type and shape.
  func storage(
    of type: ONNXElementType.Entry, shape: Shape, in message: ONNXMessage
  ) throws(ModelFileError) -> (ONNXTensor.Storage, byteCount: Int) {
    guard !isSegment else { throw message.problem(.segment) }
    let own = numbers(of: type.field)?.count ?? strings.count
    let typed = [floats, integers32, integers64, doubles, unsigned64].reduce(strings.count) { $0 + $1.count }
    guard [isExternal, raw != nil, typed > 0].filter({ $0 }).count <= 1 else {
      throw message.problem(.severalStorages)
    }
    guard own == typed else { throw message.problem(.otherStorage(type: type.type)) }
    let needed = try byteCount(of: type, shape: shape, in: message)
    if isExternal {
      let range = try ONNXExternalRange(external, expected: needed, in: message)
      return (.external(range), needed ?? range.length)
    }
    if let raw {
      // Texts have no bytes of their own that could be raw.
      guard type.number != ONNXElementType.string else {
        throw message.problem(.otherStorage(type: type.type))
      }
      if let needed, raw.count != needed {
        throw message.problem(.byteCount(found: raw.count, expected: needed))
      }
      return (.raw(raw), raw.count)
    }
    if let bits = type.bits ?? (type.number == ONNXElementType.string ? 8 : nil) {
      let expected = Self.storedCount(of: shape.elementCount, bits: bits, field: type.field)
      guard own == expected else { throw message.problem(.elementCount(found: own, expected: expected)) }
    }
    guard let numbers = numbers(of: type.field) else { return (.strings, strings.byteCount) }
    return (.typed(numbers), needed ?? numbers.count)
  }

  /// How many numbers of a field hold the elements: complex numbers are two, those of two or four bits share one.
  private static func storedCount(of elements: Int, bits: Int, field: ONNXElementType.Field) -> Int {
    switch (field, bits) {
    case (.floats, 64), (.doubles, 128): elements * 2
    case (_, ..<8): elements / (8 / bits) + (elements % (8 / bits) == 0 ? 0 : 1)
    default: elements
    }
  }

  private func byteCount(
    of type: ONNXElementType.Entry, shape: Shape, in message: ONNXMessage
  ) throws(ModelFileError) -> Int? {
    guard let bits = type.bits else { return nil }
    // With room for twice the elements, as complex numbers have them.
    let (total, overflow) = shape.elementCount.multipliedReportingOverflow(by: max(bits, 16))
    guard !overflow else { throw message.problem(.sizeOverflow) }
    let exact = bits < 16 ? shape.elementCount * bits : total
    return exact / 8 + (exact % 8 == 0 ? 0 : 1)
  }
}

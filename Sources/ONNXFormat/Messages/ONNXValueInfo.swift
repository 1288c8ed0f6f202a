import Bytes
import Elements
import ModelFormats
import Wire

/// The size of an axis as a graph states it.
public enum ONNXDimension: Sendable, Hashable {
  case number(Int)
  case symbol(ByteString)
  case unknown
}

/// What a graph says of a tensor: its type and its shape.
public struct ONNXValueInfo: Sendable {
  public let name: ByteString
  /// Nil for sequences, maps and optional values, and where nothing is said.
  public let elementType: ElementType?
  /// Nil where not even the number of axes is known.
  public let shape: [ONNXDimension]?
  /// The whole field that it is, in the file.
  public let place: Range<Int>

  /// Reads what is said of a tensor.
  ///
  /// Source: onnx/onnx.proto, `ValueInfoProto`, `TypeProto`, `TensorShapeProto`.
  ///
  /// - Throws: `ModelFileError` where the message is damaged.
  init(_ field: WireField, in outer: ONNXMessage) throws(ModelFileError) {
    let message = try outer.message(field)
    var name: ByteString = ""
    var types: [WireField] = []
    try message.forEachField { (field) throws(ModelFileError) in
      if field.number == 1 { name = try message.name(field) }
      if field.number == 2 { types.append(field) }
    }
    self.name = name
    place = field.range
    var tensors: [WireField] = []
    let type = try message.message(types)
    try type.forEachField { (field) throws(ModelFileError) in
      // Of kinds that exclude each other the last one counts.
      if field.number == 1 { tensors.append(field) } else if field.number != 6 { tensors = [] }
    }
    guard !tensors.isEmpty else {
      (elementType, shape) = (nil, nil)
      return
    }
    var number: Int32 = 0
    var shapes: [WireField] = []
    let tensor = try type.message(tensors)
    try tensor.forEachField { (field) throws(ModelFileError) in
      if field.number == 1 { number = try tensor.integer32(field) }
      if field.number == 2 { shapes.append(field) }
    }
    elementType = number == 0 ? nil : ONNXElementType[number]?.type ?? .other("type \(number)")
    shape = shapes.isEmpty ? nil : try Self.shape(tensor.message(shapes))
  }

  private static func shape(_ message: ONNXMessage) throws(ModelFileError) -> [ONNXDimension] {
    var shape: [ONNXDimension] = []
    try message.forEachField { (field) throws(ModelFileError) in
      guard field.number == 1 else { return }
      var dimension = ONNXDimension.unknown
      let inner = try message.message(field)
      try inner.forEachField { (field) throws(ModelFileError) in
        switch field.number {
        case 1:
          let size = Int(try inner.integer(field))
          dimension = size < 0 ? .unknown : .number(size)
        case 2:
          let name = try inner.name(field)
          dimension = name.isEmpty ? .unknown : .symbol(name)
        default: break
        }
      }
      shape.append(dimension)
    }
    return shape
  }
}

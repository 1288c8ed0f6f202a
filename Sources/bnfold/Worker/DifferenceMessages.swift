import BatchNormFolding
import Comparison
import Supervision
import Tensor

extension ModelDifference: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    self.init(entries: try reader.take(), equalArrays: try reader.take())
  }
  public func write(to writer: inout MessageWriter) { writer.put(entries, equalArrays) }
}

extension ModelDifference.Entry: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    self.init(name: try reader.take(), kind: try reader.take())
  }
  public func write(to writer: inout MessageWriter) { writer.put(name, kind) }
}

extension ModelDifference.Kind: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    switch try reader.take(Int.self) {
    case 0: self = .partRemoved(arrays: try reader.take())
    case 1: self = .partAdded(arrays: try reader.take())
    case 2: self = .part(try reader.take())
    case 3: self = .arrayRemoved
    case 4: self = .arrayAdded
    case 5: self = .array(try reader.take())
    case 6: self = .arrayNotCompared(try reader.take())
    default: throw MessageError()
    }
  }

  public func write(to writer: inout MessageWriter) {
    switch self {
    case .partRemoved(let arrays): writer.put(0, arrays)
    case .partAdded(let arrays): writer.put(1, arrays)
    case .part(let what): writer.put(2, what)
    case .arrayRemoved: writer.put(3)
    case .arrayAdded: writer.put(4)
    case .array(let difference): writer.put(5, difference)
    case .arrayNotCompared(let type): writer.put(6, type)
    }
  }
}

extension ArrayDifference: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    self.init(
      shapes: try reader.take(), types: try reader.take(), differentElements: try reader.take(),
      elements: try reader.take(), largest: try reader.take(), scale: try reader.take(),
      overflows: try reader.take())
  }

  public func write(to writer: inout MessageWriter) {
    writer.put(shapes, types, differentElements, elements, largest, scale, overflows)
  }
}

extension ArrayDifference.Change: Message where Value: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    self.init(before: try reader.take(), after: try reader.take())
  }
  public func write(to writer: inout MessageWriter) { writer.put(before, after) }
}

extension ElementType: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    let name: String = try reader.take()
    self = Self.floatingPoint.first { $0.description == name } ?? .other(name)
  }
  public func write(to writer: inout MessageWriter) { writer.put(description) }

  private static let floatingPoint: [ElementType] = [.float16, .bfloat16, .float32, .float64]
}

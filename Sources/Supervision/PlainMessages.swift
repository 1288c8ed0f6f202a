import Tensor

extension UInt64: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    self = try reader.take(count: 8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
  public func write(to writer: inout MessageWriter) {
    writer.append((0..<8).map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) })
  }
}

extension Int: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    self = Int(truncatingIfNeeded: try UInt64(from: &reader))
  }
  public func write(to writer: inout MessageWriter) { UInt64(bitPattern: Int64(self)).write(to: &writer) }
}

extension Double: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    self = Double(bitPattern: try UInt64(from: &reader))
  }
  public func write(to writer: inout MessageWriter) { bitPattern.write(to: &writer) }
}

extension Bool: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    switch try reader.take(count: 1).first {
    case 0: self = false
    case 1: self = true
    default: throw MessageError()
    }
  }
  public func write(to writer: inout MessageWriter) { writer.append([self ? 1 : 0]) }
}

extension ByteString: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    self.init(try reader.take(count: try Int(from: &reader)))
  }
  public func write(to writer: inout MessageWriter) {
    bytes.count.write(to: &writer)
    writer.append(bytes)
  }
}

extension String: Message {
  /// Text for people, with everything escaped that could change the terminal.
  public init(from reader: inout MessageReader) throws(MessageError) {
    self = try ByteString(from: &reader).description
  }
  public func write(to writer: inout MessageWriter) { ByteString(self).write(to: &writer) }
}

extension Optional: Message where Wrapped: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    self = try Bool(from: &reader) ? try Wrapped(from: &reader) : nil
  }
  public func write(to writer: inout MessageWriter) {
    (self != nil).write(to: &writer)
    if let self { self.write(to: &writer) }
  }
}

extension Array: Message where Element: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    let count = try Int(from: &reader)
    self = []
    // Each element takes at least a byte, so that a count without elements fails before it costs anything.
    var index = 0
    while index < count {
      append(try Element(from: &reader))
      index += 1
    }
    guard count >= 0 else { throw MessageError() }
  }
  public func write(to writer: inout MessageWriter) {
    count.write(to: &writer)
    for element in self { element.write(to: &writer) }
  }
}

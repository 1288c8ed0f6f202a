import Bytes

/// A value that messages are made of.
protocol MessageElement {
  init(from reader: MessageReader) throws
  func write(to writer: MessageWriter) throws
}

extension UInt64: MessageElement {
  init(from reader: MessageReader) throws {
    self = try reader.take(count: 8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
  func write(to writer: MessageWriter) {
    writer.append((0..<8).map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) })
  }
}

extension Int: MessageElement {
  init(from reader: MessageReader) throws { self = Int(truncatingIfNeeded: try UInt64(from: reader)) }
  func write(to writer: MessageWriter) { UInt64(bitPattern: Int64(self)).write(to: writer) }
}

extension Double: MessageElement {
  init(from reader: MessageReader) throws { self = Double(bitPattern: try UInt64(from: reader)) }
  func write(to writer: MessageWriter) { bitPattern.write(to: writer) }
}

extension Bool: MessageElement {
  init(from reader: MessageReader) throws {
    switch try reader.take(count: 1).first {
    case 0: self = false
    case 1: self = true
    default: throw MessageError()
    }
  }
  func write(to writer: MessageWriter) { writer.append([self ? 1 : 0]) }
}

extension ByteString: MessageElement {
  init(from reader: MessageReader) throws { self.init(try reader.take(count: try Int(from: reader))) }
  func write(to writer: MessageWriter) {
    bytes.count.write(to: writer)
    writer.append(bytes)
  }
}

extension String: MessageElement {
  /// Text for people, with everything escaped that could change the terminal.
  init(from reader: MessageReader) throws { self = try ByteString(from: reader).description }
  func write(to writer: MessageWriter) { ByteString(self).write(to: writer) }
}

extension Optional: MessageElement where Wrapped: Codable {
  init(from reader: MessageReader) throws {
    self = try Bool(from: reader) ? try reader.take(Wrapped.self) : nil
  }
  func write(to writer: MessageWriter) throws {
    (self != nil).write(to: writer)
    if let self { try writer.put(self) }
  }
}

extension Array: MessageElement where Element: Codable {
  init(from reader: MessageReader) throws {
    let count = try Int(from: reader)
    self = []
    // Each element takes at least a byte, so that a count without elements fails before it costs anything.
    var index = 0
    while index < count {
      append(try reader.take())
      index += 1
    }
    guard count >= 0 else { throw MessageError() }
  }
  func write(to writer: MessageWriter) throws {
    count.write(to: writer)
    for element in self { try writer.put(element) }
  }
}

extension Set: MessageElement where Element: Codable {
  init(from reader: MessageReader) throws { self.init(try [Element](from: reader)) }
  func write(to writer: MessageWriter) throws { try Array(self).write(to: writer) }
}

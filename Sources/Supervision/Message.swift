import Tensor

/// A value that crosses the border between two processes.
public protocol Message {
  /// - Throws: `MessageError` where the bytes are no such value.
  init(from reader: inout MessageReader) throws(MessageError)
  func write(to writer: inout MessageWriter)
}

/// Bytes from another process that are not the message that was expected.
public struct MessageError: Error {
  public init() {}
}

/// Puts values one after the other; numbers take eight bytes, sequences begin with their count.
public struct MessageWriter {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  public mutating func put(_ values: any Message...) {
    for value in values { value.write(to: &self) }
  }

  mutating func append(_ raw: some Sequence<UInt8>) { bytes += raw }
}

/// Takes values in the order in which they were put.
///
/// The bytes come from a process that a hostile file may have taken over: nothing is believed but what is checked,
/// and no count makes room for more than the bytes can hold.
public struct MessageReader {
  private let bytes: [UInt8]
  private var position = 0

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  public mutating func take<Value: Message>(_: Value.Type = Value.self) throws(MessageError) -> Value {
    try Value(from: &self)
  }

  /// Says that nothing may follow.
  public func finish() throws(MessageError) {
    guard position == bytes.count else { throw MessageError() }
  }

  mutating func take(count: Int) throws(MessageError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.count - position else { throw MessageError() }
    defer { position += count }
    return bytes[position..<position + count]
  }
}

extension Message {
  /// The value as bytes.
  public var encoded: [UInt8] {
    var writer = MessageWriter()
    write(to: &writer)
    return writer.bytes
  }

  /// Reads a value that is all of some bytes.
  public init(decoding bytes: [UInt8]) throws(MessageError) {
    var reader = MessageReader(bytes)
    try self.init(from: &reader)
    try reader.finish()
  }
}

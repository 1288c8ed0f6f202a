/// Bytes from another process that are not the message that was expected.
public struct MessageError: Error {
  public init() {}
}

/// A value from another process that has to be checked before it is used.
public protocol CheckedMessage {
  /// Whether the rest of the program can take it.
  var isPossible: Bool { get }
}

extension Encodable {
  /// The value as bytes for another process of this program.
  public var encoded: [UInt8] {
    let writer = MessageWriter()
    do {
      try writer.put(self)
    } catch {
      preconditionFailure("\(error)")
    }
    return writer.bytes
  }
}

extension Decodable {
  /// Reads a value that is all of some bytes.
  ///
  /// - Throws: `MessageError` where the bytes are not such a value.
  public init(decoding bytes: [UInt8]) throws(MessageError) {
    do {
      let reader = MessageReader(bytes)
      self = try reader.take()
      try reader.finish()
    } catch {
      throw MessageError()
    }
  }
}

/// Reads values in the order in which `MessageWriter` wrote them.
///
/// The bytes come from a process that a hostile file may have taken over: nothing is believed but what is checked,
/// and no count makes room for more than the bytes can hold.
final class MessageReader: Decoder {
  private let bytes: [UInt8]
  private var position = 0
  let codingPath: [any CodingKey] = []
  let userInfo: [CodingUserInfoKey: Any] = [:]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func take<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
    let element = try (type as? any MessageElement.Type)?.init(from: self)
    let value = try element as? Value ?? Value(from: self as any Decoder)
    guard (value as? any CheckedMessage)?.isPossible != false else { throw MessageError() }
    return value
  }

  /// Says that nothing may follow.
  func finish() throws(MessageError) {
    guard position == bytes.count else { throw MessageError() }
  }

  func take(count: Int) throws(MessageError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.count - position else { throw MessageError() }
    defer { position += count }
    return bytes[position..<position + count]
  }

  /// The name of a case, which stays for `nestedContainer`.
  fileprivate func peek() throws -> String {
    let place = position
    defer { position = place }
    return try take()
  }

  func container<Key: CodingKey>(keyedBy: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(Members(reader: self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw MessageError() }

  func singleValueContainer() -> any SingleValueDecodingContainer { self }
}

extension MessageReader: SingleValueDecodingContainer {
  func decodeNil() -> Bool { false }
  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try take(type) }
}

/// The properties of a value, or the associated values of a case.
private struct Members<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let reader: MessageReader
  let codingPath: [any CodingKey] = []

  /// Asked for enumerations only.
  var allKeys: [Key] { (try? reader.peek()).flatMap { Key(stringValue: $0) }.map { [$0] } ?? [] }

  func contains(_: Key) -> Bool { true }

  func decodeNil(forKey: Key) throws -> Bool { try !reader.take(Bool.self) }

  func decode<Value: Decodable>(_ type: Value.Type, forKey: Key) throws -> Value { try reader.take(type) }

  func decodeIfPresent<Value: Decodable>(_: Value.Type, forKey: Key) throws -> Value? { try take() }
  func decodeIfPresent(_: Bool.Type, forKey: Key) throws -> Bool? { try take() }
  func decodeIfPresent(_: Double.Type, forKey: Key) throws -> Double? { try take() }
  func decodeIfPresent(_: Int.Type, forKey: Key) throws -> Int? { try take() }
  func decodeIfPresent(_: String.Type, forKey: Key) throws -> String? { try take() }
  func decodeIfPresent(_: UInt64.Type, forKey: Key) throws -> UInt64? { try take() }

  private func take<Value: Decodable>() throws -> Value? {
    try reader.take(Bool.self) ? try reader.take(Value.self) : nil
  }

  func nestedContainer<Inner: CodingKey>(
    keyedBy: Inner.Type, forKey: Key
  ) throws -> KeyedDecodingContainer<Inner> {
    _ = try reader.take(String.self)
    return reader.container(keyedBy: Inner.self)
  }

  func nestedUnkeyedContainer(forKey: Key) throws -> any UnkeyedDecodingContainer { throw MessageError() }
  func superDecoder() throws -> any Decoder { reader }
  func superDecoder(forKey: Key) throws -> any Decoder { reader }
}

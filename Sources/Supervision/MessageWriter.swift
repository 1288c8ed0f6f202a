/// Writes values for another process of this program, one after the other.
///
/// The same program reads them, so that they need no names: numbers take eight bytes, sequences begin with their count.
final class MessageWriter: Encoder {
  private(set) var bytes: [UInt8] = []
  let codingPath: [any CodingKey] = []
  let userInfo: [CodingUserInfoKey: Any] = [:]

  func put(_ value: some Encodable) throws {
    if let element = value as? any MessageElement {
      try element.write(to: self)
    } else {
      try value.encode(to: self)
    }
  }

  func append(_ raw: some Sequence<UInt8>) { bytes += raw }

  func container<Key: CodingKey>(keyedBy: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(Members(writer: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer { preconditionFailure("not a message element") }

  func singleValueContainer() -> any SingleValueEncodingContainer { self }
}

extension MessageWriter: SingleValueEncodingContainer {
  func encodeNil() throws { preconditionFailure("an optional value is a message element") }
  func encode(_ value: some Encodable) throws { try put(value) }
}

/// The properties of a value, or the associated values of a case.
private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let writer: MessageWriter
  let codingPath: [any CodingKey] = []

  func encodeNil(forKey: Key) throws { try writer.put(false) }

  func encode(_ value: some Encodable, forKey: Key) throws { try writer.put(value) }

  func encodeIfPresent(_ value: (some Encodable)?, forKey: Key) throws { try put(value) }

  // The library's own forms of these write nothing where there is nothing.
  func encodeIfPresent(_ value: Bool?, forKey: Key) throws { try put(value) }
  func encodeIfPresent(_ value: Double?, forKey: Key) throws { try put(value) }
  func encodeIfPresent(_ value: Int?, forKey: Key) throws { try put(value) }
  func encodeIfPresent(_ value: String?, forKey: Key) throws { try put(value) }
  func encodeIfPresent(_ value: UInt64?, forKey: Key) throws { try put(value) }

  private func put(_ value: (some Encodable)?) throws {
    try writer.put(value != nil)
    if let value { try writer.put(value) }
  }

  /// Only a case of an enumeration is nested: its name says which one it is.
  func nestedContainer<Inner: CodingKey>(
    keyedBy: Inner.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Inner> {
    String(key.stringValue).write(to: writer)
    return writer.container(keyedBy: Inner.self)
  }

  func nestedUnkeyedContainer(forKey: Key) -> any UnkeyedEncodingContainer { writer.unkeyedContainer() }
  func superEncoder() -> any Encoder { writer }
  func superEncoder(forKey: Key) -> any Encoder { writer }
}

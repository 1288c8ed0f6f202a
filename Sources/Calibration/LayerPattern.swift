import Bytes

/// The name of a layer, with the models around it, in which `*` stands for any text: `backbone/block1_*`.
public struct LayerPattern: Sendable, Hashable, Codable {
  public let text: ByteString

  public init(_ text: ByteString) { self.text = text }

  /// Whether a name fits; names that have a star themselves fit a pattern that is the same.
  public func matches(_ name: ByteString) -> Bool {
    if name == text { return true }
    let parts = text.bytes.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
    guard parts.count > 1, let first = parts.first, let last = parts.last,
      name.bytes.count >= first.count + last.count, name.bytes.starts(with: first),
      name.bytes.suffix(last.count).elementsEqual(last)
    else { return false }
    var rest = name.bytes.dropFirst(first.count).dropLast(last.count)
    for part in parts.dropFirst().dropLast() {
      // The first place leaves the most for the parts that follow.
      guard
        let place = rest.indices.first(where: { rest[$0...].starts(with: part) })
          ?? (part.isEmpty ? rest.endIndex : nil)
      else { return false }
      rest = rest[(place + part.count)...]
    }
    return true
  }
}

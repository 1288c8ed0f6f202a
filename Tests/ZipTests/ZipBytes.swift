import Compression

/// An archive made by hand, so that every field of it can be wrong.
struct ZipBytes {
  /// A member and what is said of it, once in front of it and once in the directory.
  struct Member {
    var name: [UInt8]
    var content: [UInt8]
    var method: UInt16 = 0
    var flags: UInt16 = 0
    var stored: [UInt8]
    var checksum: UInt32
    var byteCount: UInt32
    var storedBytes: UInt32
    var externalAttributes: UInt32 = 0
    /// What the header in front of it has, where that is something else.
    var localName: [UInt8]?
    var localChecksum: UInt32?
    var localByteCount: UInt32?
    var localMethod: UInt16?
    /// Where the directory says that it is.
    var offset: UInt32?

    init(_ name: String, _ text: String) {
      self.name = Array(name.utf8)
      content = Array(text.utf8)
      stored = content
      checksum = Checksum(of: content).value
      byteCount = UInt32(content.count)
      storedBytes = byteCount
    }

    /// The header in front of it, and its content.
    var localBytes: [UInt8] {
      var result = little(UInt32(0x0403_4B50)) + little(UInt16(20)) + little(flags)
      result += little(localMethod ?? method) + little(UInt32(0x21_0000))
      result += little(localChecksum ?? checksum) + little(storedBytes) + little(localByteCount ?? byteCount)
      let name = localName ?? self.name
      return result + little(UInt16(name.count)) + little(UInt16(0)) + name + stored
    }

    /// The same content as a deflated stream of one uncompressed block (RFC 1951, 3.2.4).
    mutating func deflate() {
      let size = UInt16(content.count)
      stored = [1] + little(size) + little(~size) + content
      storedBytes = UInt32(stored.count)
      method = 8
    }
  }

  var members: [Member] = [Member("config.json", "{}"), Member("assets/words.txt", "one two")]
  var entryCount: UInt16?
  var directoryBytes: UInt32?
  var directoryOffset: UInt32?
  var disk: UInt16 = 0
  var comment: [UInt8] = []
  var front: [UInt8] = []
  var back: [UInt8] = []

  var bytes: [UInt8] {
    var result = front
    var directory: [UInt8] = []
    for member in members {
      let place = UInt32(result.count)
      result += member.localBytes
      directory += little(UInt32(0x0201_4B50)) + little(UInt16(0x0314)) + little(UInt16(20))
      directory += little(member.flags) + little(member.method) + little(UInt32(0x21_0000))
      directory += little(member.checksum) + little(member.storedBytes) + little(member.byteCount)
      directory += little(UInt16(member.name.count)) + little(UInt16(0)) + little(UInt16(0))
      directory += little(UInt16(0)) + little(UInt16(0)) + little(member.externalAttributes)
      directory += little(member.offset ?? place) + member.name
    }
    let count = entryCount ?? UInt16(members.count)
    let offset = UInt32(result.count)
    result += directory + little(UInt32(0x0605_4B50)) + little(disk) + little(UInt16(0))
    result += little(count) + little(count) + little(directoryBytes ?? UInt32(directory.count))
    result += little(directoryOffset ?? offset) + little(UInt16(comment.count)) + comment + back
    return result
  }
}

/// An integer as bytes, little endian.
private func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

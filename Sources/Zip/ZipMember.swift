import Bytes
import Compression
import Files

/// A member of an archive, as the archive's directory has it.
public struct ZipMember: Sendable {
  /// How the content is stored.
  public enum Method: UInt16, Sendable {
    case stored = 0
    case deflated = 8
  }

  public internal(set) var name: ByteString
  public let method: Method
  /// Bytes of the content.
  public let byteCount: Int
  /// Where the stored form stands in the archive.
  public let data: Range<Int>
  /// The checksum of the content.
  let checksum: UInt32
  /// What the directory says of it beside sizes and places, to be carried over.
  let attributes: Attributes
  /// Where its header and its content stand.
  let extent: Range<Int>

  /// Fields that have no meaning for a model.
  struct Attributes: Sendable, Equatable {
    var versionMadeBy: UInt16 = 0x0314
    /// Whether the name declares to be UTF-8.
    var isUTF8 = false
    /// Time and date after MS-DOS; the smallest date is what Keras writes.
    var time: UInt16 = 0
    var date: UInt16 = 0x21
    var internalAttributes: UInt16 = 0
    var externalAttributes: UInt32 = 0o600 << 16
  }
}

extension ZipArchive {
  /// The members of a folder, under their names in it; the rest is left out.
  public func inside(_ folder: ByteString) -> ZipArchive {
    ZipArchive(
      membersOfFolder: members.compactMap { member in
        let prefix = folder + "/"
        guard member.name.hasPrefix(prefix), member.name != prefix else { return nil }
        var renamed = member
        renamed.name = ByteString(Array(member.name.bytes.dropFirst(prefix.bytes.count)))
        return renamed
      }, input: input)
  }
}

extension ZipMember {
  /// The pattern of a new member, with the attributes that Keras writes.
  public init(newNamed name: ByteString) {
    self.name = name
    method = .stored
    byteCount = 0
    data = 0..<0
    checksum = 0
    attributes = Attributes()
    extent = 0..<0
  }

  /// Whether another member has the same name and, as far as checksums tell, the same content.
  public func isSame(as other: ZipMember) -> Bool {
    name == other.name && byteCount == other.byteCount && checksum == other.checksum
  }
}

extension ZipArchive {
  /// The member with a name; nil if there is none.
  public subscript(name: ByteString) -> ZipMember? { members.first { $0.name == name } }

  /// The content of a member, with its checksum checked.
  ///
  /// - Parameters:
  ///   - member: a member of this archive.
  ///   - limit: how many bytes it may have.
  ///   - kind: the limit that this is.
  /// - Throws: `ZipError` where it is larger or damaged.
  public func content(
    of member: ZipMember, limit: Int, _ kind: ReadingLimit = .json
  ) throws(ZipError) -> [UInt8] {
    guard member.byteCount <= limit else {
      throw ZipError(.tooLarge(bytes: member.byteCount, limit: limit, kind), member: member.name)
    }
    let stored = try input.bytes(member.data, of: member.name)
    let content =
      member.method == .stored
      ? stored : Deflate.inflated(stored, byteCount: member.byteCount, wrapper: .none)
    guard let content else { throw ZipError(.damagedContent, member: member.name) }
    guard Checksum(of: content).value == member.checksum else {
      throw ZipError(.wrongChecksum, member: member.name)
    }
    return content
  }

  /// A stored member as a file of its own; its checksum is not checked.
  public func file(of member: ZipMember) -> InputFile? {
    member.method == .stored ? input.part(member.data) : nil
  }

  /// Checks the checksum of a member without keeping its content.
  ///
  /// - Throws: `ZipError` where it is another one, or the content is damaged.
  public func verify(_ member: ZipMember) throws(ZipError) {
    var found = Checksum()
    if member.method == .stored {
      found = try Checksum.ofBlocks(byteCount: member.byteCount) { (buffer, offset) throws(ZipError) in
        try fill(buffer, from: member.data.lowerBound + offset, of: member)
      }
    } else {
      try inflate(member) { (block) throws(ZipError) in found.add(block) }
    }
    guard found.value == member.checksum else { throw ZipError(.wrongChecksum, member: member.name) }
  }

  /// Inflates a deflated member into a file.
  ///
  /// - Parameters:
  ///   - member: a member of this archive.
  ///   - descriptor: a file that is open for writing.
  ///   - start: where in it the content goes.
  /// - Throws: `ZipError` where it is damaged, its checksum is another one, or the file cannot be written.
  public func inflate(
    _ member: ZipMember, to descriptor: Int32, at start: Int = 0
  ) throws(ZipError) {
    var found = Checksum()
    var position = start
    try inflate(member) { (block) throws(ZipError) in
      found.add(block)
      if let code = writeAll(block, to: descriptor, at: position) {
        throw ZipError(.cannotWrite(code), member: member.name)
      }
      position += block.count
    }
    guard found.value == member.checksum else { throw ZipError(.wrongChecksum, member: member.name) }
  }

  private func inflate(
    _ member: ZipMember, to target: (UnsafeRawBufferPointer) throws(ZipError) -> Void
  ) throws(ZipError) {
    var rest = member.data
    let isSound = try Deflate.inflate(
      byteCount: member.byteCount, wrapper: .none,
      from: { () throws(ZipError) in
        let block = rest.prefix(1 << 18)
        rest = block.upperBound..<rest.upperBound
        return try input.bytes(block.lowerBound..<block.upperBound, of: member.name)
      }, to: target)
    guard isSound else { throw ZipError(.damagedContent, member: member.name) }
  }

  private func fill(
    _ buffer: UnsafeMutableRawBufferPointer, from offset: Int, of member: ZipMember
  ) throws(ZipError) {
    do throws(FileError) {
      try input.fill(buffer, from: offset)
    } catch {
      throw ZipError(.file(error.rule), member: member.name)
    }
  }
}

import Bytes
import Files

/// What the directory of an archive says of a member.
///
/// Source: APPNOTE.TXT 4.3.12.
struct DirectoryEntry {
  static let signature: UInt32 = 0x0201_4B50

  let name: ByteString
  let flags: UInt16
  let method: UInt16
  let checksum: UInt32
  let compressedBytes: Int
  let byteCount: Int
  let headerOffset: Int
  private let attributes: ZipMember.Attributes

  /// Reads the next entry of a directory.
  init(from fields: inout RecordFields) throws(ZipError) {
    guard fields.take(UInt32.self) == Self.signature, let madeBy: UInt16 = fields.take(),
      fields.take(UInt16.self) != nil, let flags: UInt16 = fields.take(), let method: UInt16 = fields.take(),
      let time: UInt16 = fields.take(), let date: UInt16 = fields.take(),
      let checksum: UInt32 = fields.take(),
      let compressed: UInt32 = fields.take(), let size: UInt32 = fields.take(),
      let nameBytes: UInt16 = fields.take(), let extraBytes: UInt16 = fields.take(),
      let commentBytes: UInt16 = fields.take(), let disk: UInt16 = fields.take(),
      let internalAttributes: UInt16 = fields.take(), let externalAttributes: UInt32 = fields.take(),
      let offset: UInt32 = fields.take(), let name = fields.take(count: Int(nameBytes)),
      let extra = fields.take(count: Int(extraBytes)), fields.take(count: Int(commentBytes)) != nil
    else { throw ZipError(.inconsistentDirectory("it ends in the middle of a member")) }
    self.name = ByteString(name)
    guard disk == 0, var large = LargeSizes(in: extra), let byteCount = large.resolve(size),
      let compressedBytes = large.resolve(compressed), let headerOffset = large.resolve(offset)
    else { throw ZipError(.inconsistentMember("its size or place is missing"), member: self.name) }
    self.flags = flags
    self.method = method
    self.checksum = checksum
    self.byteCount = byteCount
    self.compressedBytes = compressedBytes
    self.headerOffset = headerOffset
    attributes = ZipMember.Attributes(
      versionMadeBy: madeBy, isUTF8: flags & Flags.utf8 != 0, time: time, date: date,
      internalAttributes: internalAttributes, externalAttributes: externalAttributes)
  }

  /// Bits of the flags of a member.
  enum Flags {
    /// How hard the writer tried to compress, which is no concern of a reader.
    static let compressionLevel: UInt16 = 0b110
    /// The local header has no sizes; they follow the content.
    static let descriptorFollows: UInt16 = 1 << 3
    static let utf8: UInt16 = 1 << 11
    static let encryption: UInt16 = 1 | 1 << 6 | 1 << 13
    static let known = compressionLevel | descriptorFollows | utf8 | encryption
  }

  /// - Throws: `ZipError` where the member is of a kind that no model file has.
  func check(_ limits: ZipLimits) throws(ZipError) {
    func require(_ condition: Bool, _ rule: ZipError.Rule) throws(ZipError) {
      if !condition { throw ZipError(rule, member: name) }
    }
    try require(Self.isAllowed(name), .forbiddenName)
    try require(flags & Flags.encryption == 0, .encrypted)
    try require(flags & ~Flags.known == 0, .unsupported("flags that bnfold does not know"))
    try require(ZipMember.Method(rawValue: method) != nil, .unsupportedMethod(Int(method)))
    let isUnix = attributes.versionMadeBy >> 8 == 3
    try require(!isUnix || attributes.externalAttributes >> 28 != 0o12, .symbolicLink)
    let isFolder = name.bytes.last == UInt8(ascii: "/")
    try require(!isFolder || byteCount == 0, .inconsistentMember("it is a folder with content"))
    try require(
      method != ZipMember.Method.stored.rawValue || compressedBytes == byteCount,
      .inconsistentMember("it is stored, and has two sizes"))
    let (allowed, overflow) = compressedBytes.multipliedReportingOverflow(by: limits.expansion)
    try require(
      byteCount <= ZipLimits.freeBytes || overflow || byteCount <= allowed,
      .suspiciousExpansion(
        bytes: byteCount, compressedBytes: compressedBytes, limit: limits.expansion))
  }

  /// Whether a name means a place below the archive, to every reader the same.
  private static func isAllowed(_ name: ByteString) -> Bool {
    let bytes = name.bytes
    guard !bytes.isEmpty, !bytes.contains(0), !bytes.contains(UInt8(ascii: "\\")),
      bytes.dropFirst().first != UInt8(ascii: ":")
    else { return false }
    let path = bytes.last == UInt8(ascii: "/") ? bytes.dropLast() : bytes[...]
    return path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy {
      !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8)
    }
  }

  /// The member, once its own header has been found to say the same.
  ///
  /// - Parameter end: where the members end.
  func member(in input: InputFile, before end: Int) throws(ZipError) -> ZipMember {
    let header = try LocalHeader(of: self, in: input, before: end)
    guard let method = ZipMember.Method(rawValue: method) else {
      throw ZipError(.unsupportedMethod(Int(method)), member: name)
    }
    return ZipMember(
      name: name, method: method, byteCount: byteCount, data: header.data, checksum: checksum,
      attributes: attributes, extent: headerOffset..<header.data.upperBound)
  }
}

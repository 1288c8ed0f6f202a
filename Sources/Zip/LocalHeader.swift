import Bytes
import Files

/// What stands before the content of a member.
///
/// Source: APPNOTE.TXT 4.3.7.
struct LocalHeader {
  static let signature: UInt32 = 0x0403_4B50
  private static let byteCount = 30

  /// Where the stored form of the content stands.
  let data: Range<Int>

  /// Reads the header of a member.
  ///
  /// - Throws: `ZipError` where it says anything else than the directory.
  init(of entry: DirectoryEntry, in input: InputFile, before end: Int) throws(ZipError) {
    func require(_ condition: Bool, _ what: String) throws(ZipError) {
      if !condition { throw ZipError(.inconsistentMember(what), member: entry.name) }
    }
    let start = entry.headerOffset
    try require(start <= end - Self.byteCount, "its header is after the members")
    let head = try input.bytes(start..<start + Self.byteCount, of: entry.name)
    var fields = RecordFields(head[...])
    guard fields.take(UInt32.self) == Self.signature, fields.take(UInt16.self) != nil,
      let flags: UInt16 = fields.take(), let method: UInt16 = fields.take(), fields.take(UInt32.self) != nil,
      let checksum: UInt32 = fields.take(), let compressed: UInt32 = fields.take(),
      let size: UInt32 = fields.take(), let nameBytes: UInt16 = fields.take(),
      let extraBytes: UInt16 = fields.take()
    else { throw ZipError(.inconsistentMember("there is no header at its place"), member: entry.name) }
    let dataStart = start + Self.byteCount + Int(nameBytes) + Int(extraBytes)
    try require(
      dataStart <= end && entry.compressedBytes <= end - dataStart, "its content goes beyond the members")
    let names = try input.bytes(start + Self.byteCount..<dataStart, of: entry.name)
    try require(ByteString(names.prefix(Int(nameBytes))) == entry.name, "its two names differ")
    try require(flags == entry.flags && method == entry.method, "its two headers differ")
    data = dataStart..<dataStart + entry.compressedBytes
    guard var large = LargeSizes(in: names.dropFirst(Int(nameBytes))),
      let byteCount = large.resolve(size), let compressedBytes = large.resolve(compressed)
    else { throw ZipError(.inconsistentMember("its size is missing"), member: entry.name) }
    // A writer that could not go back left the sizes out.
    let isLater = flags & DirectoryEntry.Flags.descriptorFollows != 0
    try require(checksum == entry.checksum || isLater && checksum == 0, "its two checksums differ")
    try require(
      byteCount == entry.byteCount && compressedBytes == entry.compressedBytes
        || isLater && byteCount == 0 && compressedBytes == 0, "its two sizes differ")
  }
}

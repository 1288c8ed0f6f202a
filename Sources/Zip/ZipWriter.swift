import Bytes
import Compression
import Files
import Glibc

/// Writes a new archive, one member after the other; the directory comes at the end.
///
/// The same members give the same bytes.
public struct ZipWriter {
  private let descriptor: Int32
  /// Where the next member begins.
  private var position = 0
  private var directory: [UInt8] = []
  private var memberCount = 0

  /// - Parameter descriptor: an empty file, open for reading and writing.
  public init(descriptor: Int32) { self.descriptor = descriptor }

  /// Copies a member in the form in which it is stored.
  public mutating func copy(_ member: ZipMember, from archive: ZipArchive) throws(ZipError) {
    let header = MemberHeader(
      model: member, method: member.method, start: position, byteCount: member.byteCount,
      compressedBytes: member.data.count, checksum: member.checksum)
    var place = try put(header.local, at: position)
    for block in member.data.blocks(of: 1 << 20) {
      place = try put(archive.input.bytes(block, of: member.name), at: place)
    }
    note(header, end: place)
  }

  /// Adds a member that is stored as it is.
  ///
  /// - Parameters:
  ///   - content: its bytes.
  ///   - model: a member whose name and attributes it has.
  public mutating func add(_ content: [UInt8], like model: ZipMember) throws(ZipError) {
    let header = MemberHeader(
      model: model, method: .stored, start: position, byteCount: content.count,
      compressedBytes: content.count, checksum: Checksum(of: content).value)
    note(header, end: try put(content, at: try put(header.local, at: position)))
  }

  /// A stored member whose content the caller writes.
  public struct Opened {
    fileprivate let header: MemberHeader
    /// Where the content begins in the file.
    public let start: Int
  }

  /// Begins a stored member whose content the caller writes into the file; the file has to end with it.
  ///
  /// - Parameters:
  ///   - model: a member whose name and attributes it has.
  ///   - expectedBytes: about how many bytes it will have.
  public func begin(like model: ZipMember, expectedBytes: Int) -> Opened {
    var header = MemberHeader(
      model: model, method: .stored, start: position, byteCount: 0, compressedBytes: 0, checksum: 0)
    // Its header is as long as it will be at the end.
    header.hasLargeSizes = expectedBytes >= Int(UInt32.max) / 2
    return Opened(header: header, start: position + header.local.count)
  }

  /// Ends a member that the caller has written.
  public mutating func end(_ opened: Opened) throws(ZipError) {
    let end = Int(lseek(descriptor, 0, SEEK_END))
    guard end >= opened.start else { throw ZipError(.cannotWrite(EIO)) }
    var header = opened.header
    header.byteCount = end - opened.start
    header.compressedBytes = header.byteCount
    guard header.hasLargeSizes || header.byteCount < UInt32.max else { throw ZipError(.cannotWrite(EFBIG)) }
    let written = InputFile(borrowing: descriptor, path: "").part(opened.start..<end)
    do throws(FileError) {
      header.checksum = try Checksum.ofBlocks(byteCount: header.byteCount) {
        (buffer, offset) throws(FileError) in try written.fill(buffer, from: offset)
      }.value
    } catch {
      guard case .system(let code, _) = error.rule else { throw ZipError(.cannotWrite(EIO)) }
      throw ZipError(.cannotWrite(code))
    }
    _ = try put(header.local, at: position)
    note(header, end: end)
  }

  /// Writes the directory; nothing can be added after it.
  public mutating func finish() throws(ZipError) {
    let range = position..<position + directory.count
    _ = try put(directory + EndRecord.bytes(memberCount: memberCount, directory: range), at: position)
  }

  private mutating func note(_ header: MemberHeader, end: Int) {
    directory += header.entry
    memberCount += 1
    position = end
  }

  /// Writes bytes and says where they end.
  private func put(_ bytes: [UInt8], at place: Int) throws(ZipError) -> Int {
    let code = bytes.withUnsafeBytes { writeAll($0, to: descriptor, at: place) }
    if let code { throw ZipError(.cannotWrite(code)) }
    return place + bytes.count
  }
}

import Files

/// The record at the end of an archive, which says where the directory is.
///
/// Source: APPNOTE.TXT 4.3.14 to 4.3.16.
struct EndRecord {
  let memberCount: Int
  /// Where the directory stands.
  let directory: Range<Int>

  private static let signature: UInt32 = 0x0605_4B50
  private static let byteCount = 22
  private static let locatorSignature: UInt32 = 0x0706_4B50
  private static let locatorBytes = 20
  private static let largeSignature: UInt32 = 0x0606_4B50
  private static let largeBytes = 56

  /// Finds and checks the record.
  ///
  /// It has to be the last thing in the file. A comment may follow it after the specification, in which other readers
  /// would find other archives; Keras writes none.
  init(of input: InputFile) throws(ZipError) {
    let start = input.byteCount - Self.byteCount
    guard start >= 0 else { throw ZipError(.noEndRecord) }
    let bytes = try input.bytes(start..<input.byteCount)
    var fields = RecordFields(bytes[...])
    guard fields.take(UInt32.self) == Self.signature, let disk: UInt16 = fields.take(),
      let directoryDisk: UInt16 = fields.take(), let countHere: UInt16 = fields.take(),
      let count: UInt16 = fields.take(), let size: UInt32 = fields.take(), let offset: UInt32 = fields.take(),
      let comment: UInt16 = fields.take(), comment == 0
    else { throw ZipError(.noEndRecord) }
    guard disk == 0, directoryDisk == 0, countHere == count else {
      throw ZipError(.inconsistentDirectory("it is said to be spread over several disks"))
    }
    if count == .max || size == .max || offset == .max {
      self = try Self.large(of: input, before: start)
    } else {
      self.init(memberCount: Int(count), offset: Int(offset), size: Int(size), end: start)
    }
    guard directory.upperBound == end else {
      throw ZipError(.inconsistentDirectory("it does not end where the end record begins"))
    }
    // The signature, and at least one byte of a name.
    guard directory.count >= 46 * memberCount else {
      throw ZipError(.inconsistentDirectory("it is too small for its \(memberCount) members"))
    }
  }

  /// Where the directory has to end.
  private let end: Int

  private init(memberCount: Int, offset: Int, size: Int, end: Int) {
    self.memberCount = memberCount
    self.end = end
    let (sum, overflow) = offset.addingReportingOverflow(size)
    directory = overflow || offset < 0 || size < 0 ? 0..<0 : offset..<sum
  }

  /// The record of archives of 4 GiB and more.
  private static func large(of input: InputFile, before end: Int) throws(ZipError) -> EndRecord {
    let inconsistent = ZipError(.inconsistentDirectory("the record of a large archive is missing or damaged"))
    let start = end - locatorBytes - largeBytes
    guard start >= 0 else { throw inconsistent }
    let bytes = try input.bytes(start..<end)
    var locator = RecordFields(bytes[largeBytes...])
    guard locator.take(UInt32.self) == locatorSignature, locator.take(UInt32.self) == 0,
      locator.take(UInt64.self) == UInt64(start), locator.take(UInt32.self) == 1
    else { throw inconsistent }
    var fields = RecordFields(bytes[..<largeBytes])
    guard fields.take(UInt32.self) == largeSignature, fields.take(UInt64.self) == UInt64(largeBytes - 12),
      fields.take(UInt32.self) != nil, fields.take(UInt64.self) == 0, let countHere: UInt64 = fields.take(),
      let count: UInt64 = fields.take(), count == countHere, let size: UInt64 = fields.take(),
      let offset: UInt64 = fields.take()
    else { throw inconsistent }
    return EndRecord(
      memberCount: Int(clamping: count), offset: Int(clamping: offset), size: Int(clamping: size), end: start)
  }
}

extension EndRecord {
  /// The records at the end of a new archive.
  static func bytes(memberCount: Int, directory: Range<Int>) -> [UInt8] {
    var bytes: [UInt8] = []
    let isLarge =
      memberCount >= UInt16.max || directory.count >= UInt32.max || directory.lowerBound >= UInt32.max
    if isLarge {
      bytes.append(
        fields: largeSignature, UInt64(largeBytes - 12), UInt16(0x032D), UInt16(45), UInt32(0), UInt32(0),
        UInt64(memberCount), UInt64(memberCount), UInt64(directory.count), UInt64(directory.lowerBound))
      bytes.append(fields: locatorSignature, UInt32(0), UInt64(directory.upperBound), UInt32(1))
    }
    let count = isLarge ? UInt16.max : UInt16(memberCount)
    bytes.append(
      fields: signature, UInt16(0), UInt16(0), count, count,
      isLarge ? UInt32.max : UInt32(directory.count), isLarge ? UInt32.max : UInt32(directory.lowerBound),
      UInt16(0))
    return bytes
  }
}

import Bytes

/// The two headers of a new member.
///
/// Source: APPNOTE.TXT 4.3.7 and 4.3.12.
struct MemberHeader {
  let model: ZipMember
  let method: ZipMember.Method
  /// Where the member begins in the archive.
  let start: Int
  var byteCount: Int
  var compressedBytes: Int
  var checksum: UInt32
  /// Whether the sizes take eight bytes even where four are enough.
  var hasLargeSizes = false

  private var needsLargeSizes: Bool { hasLargeSizes || max(byteCount, compressedBytes) >= UInt32.max }

  /// 4.5 for the sizes of large members, otherwise 2.0 for folders and deflated ones.
  private var versionNeeded: UInt16 { needsLargeSizes || start >= UInt32.max ? 45 : 20 }

  private var flags: UInt16 { model.attributes.isUTF8 ? DirectoryEntry.Flags.utf8 : 0 }

  /// What stands before the content.
  var local: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(fields: LocalHeader.signature, versionNeeded)
    let extra = needsLargeSizes ? LargeSizes.bytes([byteCount, compressedBytes]) : []
    putCommonFields(into: &bytes, extraBytes: extra.count)
    return bytes + model.name.bytes + extra
  }

  /// What stands in the directory.
  var entry: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(fields: DirectoryEntry.signature, model.attributes.versionMadeBy, versionNeeded)
    let isFar = start >= UInt32.max
    let sizes = needsLargeSizes ? [byteCount, compressedBytes] : []
    let extra = needsLargeSizes || isFar ? LargeSizes.bytes(sizes + (isFar ? [start] : [])) : []
    putCommonFields(into: &bytes, extraBytes: extra.count)
    bytes.append(
      fields: UInt16(0), UInt16(0), model.attributes.internalAttributes, model.attributes.externalAttributes,
      isFar ? UInt32.max : UInt32(start))
    return bytes + model.name.bytes + extra
  }

  /// The fields that both headers have in the same order.
  private func putCommonFields(into bytes: inout [UInt8], extraBytes: Int) {
    bytes.append(
      fields: flags, method.rawValue, model.attributes.time, model.attributes.date, checksum,
      needsLargeSizes ? UInt32.max : UInt32(compressedBytes),
      needsLargeSizes ? UInt32.max : UInt32(byteCount),
      UInt16(model.name.bytes.count), UInt16(extraBytes))
  }
}

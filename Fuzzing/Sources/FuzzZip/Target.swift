import FuzzedFile
import Zip

/// Any bytes are an archive or not; the members of what is one can be read, and each has the size that it states.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzZip(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 0, let archive = try? ZipArchive(reading: FuzzedFile.holding(start, count)) else {
    return 0
  }
  for member in archive.members {
    if let content = try? archive.content(of: member, limit: 1 << 20) {
      precondition(content.count == member.byteCount, "a member has another size")
    }
  }
  return 0
}

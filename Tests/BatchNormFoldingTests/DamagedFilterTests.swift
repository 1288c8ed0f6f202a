import BatchNormFolding
import Fixtures
import Testing

/// Findings of the random edits: filters whose description is damaged, though their chunks are not.
///
/// libhdf5 reads such files, and wrote them into a file that it could not read.
/// Source of the places: HDF5 File Format Specification 3.0, IV.A.2.l, version 1 of the message.
@Suite struct DamagedFilterTests {
  /// A file in which a byte near each name of a filter is another one.
  private func damaged(_ name: String, distance: Int, to byte: UInt8) throws -> [UInt8] {
    var bytes = try readFile(Fixtures.fixture("keras2", "storage_gzip_shuffle").path)
    let pattern = Array(name.utf8) + [0]
    let places = bytes.indices.dropLast(pattern.count).filter {
      bytes[$0..<$0 + pattern.count].elementsEqual(pattern)
    }
    try #require(!places.isEmpty)
    for place in places { bytes[place + distance] = byte }
    return bytes
  }

  @Test(arguments: ["deflate", "shuffle"])
  func `A name that does not end is refused`(name: String) throws {
    let directory = TemporaryDirectory()
    let path = directory.file("damaged.h5")
    try writeFile(path, try damaged(name, distance: name.utf8.count, to: UInt8(ascii: " ")))
    #expect {
      try ModelFile(opening: path).fold().write(to: directory.file("out.h5"))
    } throws: {
      "\($0)".contains("the filter \(name) is called \(name) ")
    }
    #expect(directory.contents == ["damaged.h5"])
  }

  /// The second byte of the flags, which stand before the number of parameters and the name.
  @Test(arguments: ["deflate", "shuffle"])
  func `Flags without a meaning are not carried over`(name: String) throws {
    let directory = TemporaryDirectory()
    let path = directory.file("damaged.h5")
    try writeFile(path, try damaged(name, distance: -3, to: 0x3B))
    let report = try ModelFile(opening: path).fold().write(to: directory.file("out.h5"))
    #expect(report?.passed == true)
  }
}

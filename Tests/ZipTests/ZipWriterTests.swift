import Files
import Fixtures
import Glibc
import Testing
import Zip

/// What is written is read again as it was.
@Suite struct ZipWriterTests {
  @Test func `Members are copied, replaced, and written in place`() throws {
    let directory = TemporaryDirectory()
    let (from, to) = (directory.file("from"), directory.file("to"))
    var zip = ZipBytes()
    zip.members[1].deflate()
    zip.members.append(ZipBytes.Member("weights", "a"))
    try writeFile(from, zip.bytes)
    let original = try ZipArchive(reading: InputFile(opening: from, limit: .max))

    let descriptor = Glibc.open(to, O_RDWR | O_CREAT, 0o600)
    defer { close(descriptor) }
    var writer = ZipWriter(descriptor: descriptor)
    try writer.add(Array("[1]".utf8), like: original.members[0])
    try writer.copy(original.members[1], from: original)
    // The sizes take eight bytes where many bytes are expected.
    let opened = writer.begin(like: original.members[2], expectedBytes: 3 << 30)
    let content = [UInt8](repeating: 7, count: 3_000_000)
    #expect(content.withUnsafeBytes { writeAll($0, to: descriptor, at: opened.start) } == nil)
    try writer.end(opened)
    try writer.finish()

    let written = try ZipArchive(reading: InputFile(opening: to, limit: .max))
    #expect(written.members.map(\.name) == original.members.map(\.name))
    #expect(try written.content(of: written.members[0], limit: 10) == Array("[1]".utf8))
    #expect(written.members[1].method == .deflated)
    #expect(written.members[1].isSame(as: original.members[1]))
    #expect(try written.content(of: written.members[1], limit: 10) == Array("one two".utf8))
    #expect(try written.content(of: written.members[2], limit: 1 << 30) == content)
    for member in written.members { try written.verify(member) }
  }
}

import Arrays
import Bytes
import Files
import Fixtures
import Testing
import Wire

/// An edit changes what it says and nothing else.
@Suite struct WireEditTests {
  /// What a writer writes, which it has to find again in the file.
  private func written(_ pieces: [WirePiece], of source: WireSource) throws -> [UInt8] {
    let writer = try WireWriter(pieces, of: source)
    let scratch = try #require(ScratchFile())
    try writer.write(to: scratch.descriptor)
    let file = InputFile(scratch, path: "written")
    #expect(try writer.isWritten(in: file))
    #expect(file.byteCount == writer.byteCount)
    return try file.readAll(limit: .max)
  }

  @Test(arguments: 0..<400)
  func `Random changes of random messages`(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    var fields = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
      RandomField(depth: 5, using: &generator)
    }
    let bytes = fields.flatMap(\.original)
    var edit = WireEdit()
    #expect(try written(edit.pieces(of: .memory(bytes)), of: .memory(bytes)) == bytes, "seed \(seed)")
    let new: [UInt8] = [0x78, 0x85, 0x00]
    var start = 0
    for index in fields.indices {
      let count = fields[index].original.count
      fields[index].visit(from: start) { field, range in
        switch Int.random(in: 0..<20, using: &generator) {
        case 0:
          field.replacement = new
          edit.replace(range, with: [.bytes(new)])
        case 1:
          field.replacement = []
          edit.replace(range, with: [])
        case 2:
          field.before = new
          edit.insert([.bytes(new)], before: range)
        case 3:
          field.after = new + new
          edit.insert([.bytes(new), .bytes(new)], after: range)
        case 4 where field.children != nil:
          field.appended = new
          edit.append([.bytes(new)], to: range)
        default: break
        }
      }
      start += count
    }
    let expected = fields.flatMap(\.changed)
    #expect(try written(edit.pieces(of: .memory(bytes)), of: .memory(bytes)) == expected, "seed \(seed)")
    let scratch = try #require(ScratchFile())
    try WireWriter([.bytes(bytes)], of: .memory([])).write(to: scratch.descriptor)
    let file = WireSource.file(InputFile(scratch, path: "source"))
    #expect(try written(edit.pieces(of: file), of: file) == expected, "seed \(seed)")
  }

  @Test func `A change of what is no field is an error`() throws {
    var edit = WireEdit()
    edit.replace(1..<2, with: [])
    #expect(throws: WireError(.noSuchField, at: 1)) { try edit.pieces(of: .memory([0x0A, 2, 0x08, 1])) }
    var nested = WireEdit()
    nested.replace(2..<4, with: [])
    #expect(
      try written(nested.pieces(of: .memory([0x0A, 2, 0x08, 1])), of: .memory([0x0A, 2, 0x08, 1])) == [
        0x0A, 0,
      ])
  }

  @Test func `New elements are made while they are written, behind their length`() throws {
    let content = ArrayContent.values([1, 2], .float32)
    let pieces: [WirePiece] = [
      .varint(number: 2, 300), .field(number: 9, [.array(content, byteCount: 8)]), .bytes(number: 1, [0x61]),
    ]
    #expect(
      try written(pieces, of: .memory([]))
        == [0x10, 0xAC, 0x02, 0x4A, 8, 0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 0x0A, 1, 0x61])
  }

  @Test func `A message of more than 2 GB is refused before anything is written`() throws {
    let content = ArrayContent.values([], .float32)
    let largest = WireWriter.largestMessage
    #expect(throws: WireError(.tooLarge(limit: largest), at: 0)) {
      try WireWriter([.array(content, byteCount: largest), .bytes([0])], of: .memory([]))
    }
    #expect(throws: WireError(.tooLarge(limit: largest), at: 0)) {
      try WireWriter([.field(number: 1, [.array(content, byteCount: largest - 5)])], of: .memory([]))
    }
    #expect(try WireWriter([.array(content, byteCount: largest)], of: .memory([])).byteCount == largest)
  }

  @Test func `A file with another byte is not what was written`() throws {
    let writer = try WireWriter([.copied(1..<3), .bytes([9])], of: .memory([1, 2, 3, 4]))
    let directory = TemporaryDirectory()
    for (bytes, isSame) in [
      ([2, 3, 9], true), ([2, 3, 8], false), ([2, 3], false), ([2, 3, 9, 0], false),
    ] {
      try writeFile(directory.file("f"), bytes.map { UInt8($0) })
      #expect(try writer.isWritten(in: InputFile(opening: directory.file("f"), limit: .max)) == isSame)
    }
  }
}

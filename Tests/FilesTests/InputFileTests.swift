import Files
import Fixtures
import Glibc
import Testing

/// Reading by ranges: exactly what was asked for, or an error that names the file.
@Suite struct InputFileTests {
  private let directory = TemporaryDirectory()

  private func input(_ bytes: [UInt8], limit: Int = 1 << 20) throws -> InputFile {
    try writeFile(directory.file("in"), bytes)
    return try InputFile(opening: directory.file("in"), limit: limit)
  }

  @Test func `Ranges are read wherever they are`() throws {
    let file = try input(Array(0..<100))
    #expect(try file.byteCount == 100 && file.read(3, from: 97) == [97, 98, 99])
    #expect(try file.read(0, from: 100) == [])
    #expect(throws: FileError.self) { try file.read(2, from: 99) }
  }

  @Test func `A part is a file of its own`() throws {
    let part = try input(Array(0..<100)).part(10..<20)
    #expect(try part.byteCount == 10 && part.read(10, from: 0) == Array(10..<20))
    #expect(try part.part(2..<4).read(2, from: 0) == [12, 13])
    #expect(throws: FileError.self) { try part.read(11, from: 0) }
  }

  @Test func `A file that became shorter is an error, and every later check says so`() throws {
    let file = try input(Array(0..<100))
    try file.checkReads()
    truncate(directory.file("in"), 50)
    #expect(throws: FileError.self) { try file.read(100, from: 0) }
    file.measureAgain()
    #expect(file.byteCount == 50)
  }

  @Test func `A file that is too large, a folder and nothing are refused with their path`() throws {
    #expect(throws: FileError.self) { try input([1, 2, 3], limit: 2) }
    #expect(try input([1, 2, 3]).readAll(limit: 3) == [1, 2, 3])
    #expect(throws: FileError.self) { try input([1, 2, 3]).readAll(limit: 2) }
    for path in [directory.path, directory.file("missing")] {
      let error = #expect(throws: FileError.self) { try InputFile(opening: path, limit: 10) }
      #expect(error?.path == path)
    }
  }
}

import Files
import Fixtures
import Glibc
import Testing

/// A file appears complete or not at all.
@Suite struct OutputFileTests {
  private let directory = TemporaryDirectory()

  private func output(_ name: String = "out", replaces: Bool = false) throws(OutputError) -> OutputFile {
    try OutputFile(target: directory.file(name), replaces: replaces, permissions: 0o640)
  }

  @Test func `Until it is published there is nothing under its name`() throws {
    let file = try output()
    try file.write(Array("content".utf8))
    #expect(access(directory.file("out"), F_OK) != 0)
    try file.publish()
    #expect(try readFile(directory.file("out")) == Array("content".utf8))
    #expect(directory.contents == ["out"])
  }

  @Test func `What is not published leaves nothing`() throws {
    do {
      let file = try output()
      try file.write([1, 2, 3])
    }
    #expect(directory.contents == [])
  }

  @Test func `A file that is there stays, unless it may be replaced`() throws {
    try writeFile(directory.file("out"), [1])
    let error = #expect(throws: OutputError.self) { try output() }
    #expect(error?.remedy == .replaceOutput)
    let file = try output(replaces: true)
    try file.write([2])
    #expect(try readFile(directory.file("out")) == [1])
    try file.publish()
    #expect(try readFile(directory.file("out")) == [2])
  }

  @Test func `A file that has appeared in the meantime stays`() throws {
    let file = try output()
    try file.write([1])
    try writeFile(directory.file("out"), [9])
    #expect(throws: OutputError.self) { try file.publish() }
    #expect(try readFile(directory.file("out")) == [9])
  }

  @Test func `It is read back by a descriptor that cannot write`() throws {
    let file = try output()
    try file.write([1, 2, 3])
    let input = try file.openForReading()
    #expect(try input.read(3, from: 0) == [1, 2, 3])
    #expect(pwrite(input.descriptor, "x", 1, 0) < 0)
  }

  @Test(arguments: ["missing/out", "."])
  func `A place where no file can be is refused`(name: String) {
    #expect(throws: OutputError.self) { try output(name, replaces: true) }
  }
}

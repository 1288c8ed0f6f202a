import Files
import Fixtures
import Testing
import Zip

/// Archives are read if they are as Keras writes them, and refused if anything about them is ambiguous.
@Suite struct ZipArchiveTests {
  private func open(_ zip: ZipBytes, limits: ZipLimits = ZipLimits()) throws -> ZipArchive {
    let directory = TemporaryDirectory()
    let path = directory.file("archive")
    try writeFile(path, zip.bytes)
    return try ZipArchive(reading: InputFile(opening: path, limit: .max), limits: limits)
  }

  @Test(arguments: [false, true])
  func `Stored and deflated members have their content`(isDeflated: Bool) throws {
    var zip = ZipBytes()
    if isDeflated { zip.members[1].deflate() }
    let archive = try open(zip)
    #expect(archive.members.map(\.name) == ["config.json", "assets/words.txt"])
    let member = try #require(archive["assets/words.txt"])
    #expect(member.method == (isDeflated ? .deflated : .stored))
    #expect(try archive.content(of: member, limit: 7) == Array("one two".utf8))
    try archive.verify(member)
    #expect(throws: ZipError.self) { try archive.content(of: member, limit: 6) }
  }

  @Test func `An archive without members is one`() throws {
    var zip = ZipBytes()
    zip.members = []
    #expect(try open(zip).members.isEmpty)
  }

  /// Each broken rule, and what breaks it.
  static let broken: [(words: String, break: @Sendable (inout ZipBytes) -> Void)] = [
    ("no end record", { $0.back = [0] }),
    ("no end record", { $0.comment = Array("a comment".utf8) }),
    ("several disks", { $0.disk = 1 }),
    ("too small for its", { $0.entryCount = 3 }),
    ("more bytes than its members need", { $0.entryCount = 1 }),
    ("does not end where", { $0.directoryBytes = 40 }),
    ("does not end where", { $0.directoryOffset = 3 }),
    ("record of a large archive is missing", { $0.entryCount = .max }),
    ("before the first member", { $0.front = [1, 2, 3] }),
    ("may lead out", { $0.members[1].name = Array("../evil".utf8) }),
    ("may lead out", { $0.members[1].name = Array("/evil".utf8) }),
    ("may lead out", { $0.members[1].name = Array("a\\b".utf8) }),
    ("may lead out", { $0.members[1].name = Array("C:b".utf8) }),
    ("may lead out", { $0.members[1].name = Array("a//b".utf8) }),
    ("may lead out", { $0.members[1].name = Array("a\0b".utf8) }),
    ("may lead out", { $0.members[1].name = [] }),
    ("this member twice", { $0.members[1].name = $0.members[0].name }),
    ("symbolic link", { $0.members[1].externalAttributes = 0o120777 << 16 }),
    ("encrypted", { $0.members[1].flags = 1 }),
    ("flags that bnfold does not know", { $0.members[1].flags = 1 << 5 }),
    ("compression method 12", { $0.members[1].method = 12 }),
    ("folder with content", { $0.members[1].name = Array("folder/".utf8) }),
    ("stored, and has two sizes", { $0.members[1].storedBytes = 3 }),
    ("its two names differ", { $0.members[1].localName = Array("assets/wordz.txt".utf8) }),
    ("its two headers differ", { $0.members[1].localMethod = 8 }),
    ("its two checksums differ", { $0.members[1].localChecksum = 1 }),
    ("its two sizes differ", { $0.members[1].localByteCount = 1 }),
    ("after the members", { $0.members[1].offset = 1 << 20 }),
    ("no header at its place", { $0.members[1].offset = 1 }),
    // The directory's first entry is for the second member, whose name it has, and so is the second entry.
    (
      "overlaps assets/words.txt",
      {
        $0.members[0].stored = Array($0.members[1].localBytes)
        $0.members[0].content = $0.members[0].stored
        $0.members[0].storedBytes = UInt32($0.members[0].stored.count)
        $0.members[0].byteCount = $0.members[0].storedBytes
        $0.members[1].offset = 30 + 11
      }
    ),
    ("its size or place is missing", { $0.members[1].byteCount = .max }),
  ]

  @Test(arguments: broken.indices)
  func `Every broken rule is an error that says so`(index: Int) throws {
    let (words, damage) = Self.broken[index]
    var zip = ZipBytes()
    damage(&zip)
    do {
      _ = try open(zip)
      Issue.record("the archive was read, though: \(words)")
    } catch let error as ZipError {
      #expect("\(error)".contains(words), "\(error)")
    }
  }

  @Test func `Content that is not what the archive states is refused`() throws {
    for damage: (inout ZipBytes.Member) -> Void in [
      { $0.stored[3] ^= 1 },
      {
        $0.deflate()
        $0.stored[9] ^= 1
      },
    ] {
      var zip = ZipBytes()
      damage(&zip.members[1])
      let archive = try open(zip)
      let member = archive.members[1]
      #expect { try archive.content(of: member, limit: 100) } throws: {
        ($0 as? ZipError)?.rule == .wrongChecksum
      }
      #expect { try archive.verify(member) } throws: { ($0 as? ZipError)?.rule == .wrongChecksum }
    }
  }

  @Test(arguments: [-1, 1])
  func `A stream that gives another size is refused`(difference: Int) throws {
    var zip = ZipBytes()
    zip.members[1].deflate()
    zip.members[1].byteCount = UInt32(7 + difference)
    let archive = try open(zip)
    #expect { try archive.content(of: archive.members[1], limit: 100) } throws: {
      ($0 as? ZipError)?.rule == .damagedContent
    }
  }

  @Test func `Limits are kept`() throws {
    var limits = ZipLimits()
    limits.members = 1
    #expect { try open(ZipBytes(), limits: limits) } throws: {
      ($0 as? ZipError)?.rule == .tooManyMembers(2, limit: 1)
    }
    var zip = ZipBytes()
    zip.members[1].deflate()
    zip.members[1].byteCount = 2 << 20
    #expect { try open(zip) } throws: {
      ($0 as? ZipError)?.rule == .suspiciousExpansion(bytes: 2 << 20, compressedBytes: 12, limit: 100)
    }
  }
}

import Bytes
import Files

/// A zip archive as Keras writes it, open for reading: members stored or deflated, and nothing that is ambiguous.
///
/// Two readers that understand an archive differently would see two models. Whatever is stated twice has therefore to
/// be the same both times, and whatever Keras never writes is refused.
/// Source: PKWARE, APPNOTE.TXT 6.3.10; what Keras writes: Python's zipfile module.
public struct ZipArchive: Sendable {
  /// In the order of the directory.
  public let members: [ZipMember]
  let input: InputFile
  /// Whether the members stand in a folder of the file.
  public private(set) var isInFolder = false

  /// The path of the file.
  public var path: String { input.path }

  /// The first bytes of an archive: a member's header, or the end record of an empty one.
  private static let signatures: [[UInt8]] = [[0x50, 0x4B, 0x03, 0x04], [0x50, 0x4B, 0x05, 0x06]]

  /// Whether the first bytes of a file are those of an archive.
  public static func isArchive(startingWith head: [UInt8]) -> Bool {
    signatures.contains { head.starts(with: $0) }
  }

  /// The members of a folder.
  init(membersOfFolder members: [ZipMember], input: InputFile) {
    self.members = members
    self.input = input
    isInFolder = true
  }

  /// Reads the directory and the headers of an archive, not its content.
  ///
  /// - Throws: `ZipError`, which names the member and the broken rule.
  public init(reading input: InputFile, limits: ZipLimits = ZipLimits()) throws(ZipError) {
    self.input = input
    let end = try EndRecord(of: input)
    guard end.memberCount <= limits.members else {
      throw ZipError(.tooManyMembers(end.memberCount, limit: limits.members))
    }
    let directory = try input.bytes(end.directory)
    var fields = RecordFields(directory[...])
    var members: [ZipMember] = []
    for _ in 0..<end.memberCount {
      let entry = try DirectoryEntry(from: &fields)
      try entry.check(limits)
      members.append(try entry.member(in: input, before: end.directory.lowerBound))
    }
    guard fields.rest.isEmpty else {
      throw ZipError(.inconsistentDirectory("it has more bytes than its members need"))
    }
    self.members = members
    try checkThatNothingIsShared()
  }

  /// No name stands for two members, and no byte belongs to two.
  private func checkThatNothingIsShared() throws(ZipError) {
    var names: Set<ByteString> = []
    for member in members where !names.insert(member.name).inserted {
      throw ZipError(.duplicateName, member: member.name)
    }
    let ordered = members.sorted { $0.extent.lowerBound < $1.extent.lowerBound }
    for (member, next) in zip(ordered, ordered.dropFirst())
    where member.extent.upperBound > next.extent.lowerBound {
      throw ZipError(.inconsistentMember("it overlaps \(next.name)"), member: member.name)
    }
    if let first = ordered.first, first.extent.lowerBound != 0 {
      throw ZipError(.inconsistentDirectory("there is something before the first member"))
    }
  }
}

extension InputFile {
  /// Reads bytes of an archive.
  func bytes(_ range: Range<Int>, of member: ByteString? = nil) throws(ZipError) -> [UInt8] {
    do throws(FileError) {
      return try read(range.count, from: range.lowerBound)
    } catch {
      throw ZipError(.file(error.rule), member: member)
    }
  }
}

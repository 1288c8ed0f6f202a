/// The name that is most like one that is not there.
public struct NearestName: Sendable {
  public let name: ByteString

  /// Names beyond this length are not compared: a file can claim any.
  private static let longestName = 256
  /// Names that are looked at; a file can claim any number.
  private static let largestCount = 10_000

  /// Looks for the name.
  ///
  /// One that ends with what was asked for, after a slash, comes first; then the one that takes the fewest letters changed, added,
  /// left out or swapped.
  /// Source: Damerau, "A technique for computer detection and correction of spelling errors", 1964; the restricted distance.
  ///
  /// - Parameters:
  ///   - asked: what is not among the names.
  ///   - names: what there is.
  /// - Returns: nil where nothing is like it.
  public init?(to asked: ByteString, among names: some Sequence<ByteString>) {
    guard !asked.isEmpty, asked.bytes.count <= Self.longestName else { return nil }
    let limit = max(1, asked.bytes.count / 3)
    var best: (name: ByteString, distance: Int)?
    for name in names.prefix(Self.largestCount) where name.bytes.count <= Self.longestName {
      if name.hasSuffix("/" + asked) {
        self.name = name
        return
      }
      guard abs(name.bytes.count - asked.bytes.count) <= limit else { continue }
      let distance = Self.distance(asked.bytes, name.bytes)
      if distance <= limit, distance < best?.distance ?? .max { best = (name, distance) }
    }
    guard let best else { return nil }
    name = best.name
  }

  private static func distance(_ first: [UInt8], _ second: [UInt8]) -> Int {
    let (first, second) = (first.map(lowercase), second.map(lowercase))
    var rows = [Array(0...second.count)]
    for row in first.indices {
      var line = [row + 1]
      for column in second.indices {
        let isSame = first[row] == second[column]
        var least = min(rows[row][column] + (isSame ? 0 : 1), rows[row][column + 1] + 1, line[column] + 1)
        if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
          least = min(least, rows[row - 1][column - 1] + 1)
        }
        line.append(least)
      }
      rows.append(line)
    }
    return rows[first.count][second.count]
  }

  private static func lowercase(_ byte: UInt8) -> UInt8 {
    UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
  }
}

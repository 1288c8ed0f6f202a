import Bytes
import Jobs

/// What became smaller: layers, parameters, bytes.
package struct SizePart: ReportPart {
  let before: ModelSummary
  let after: ModelSize
  /// Bytes of the files, before and after.
  package let bytes: (before: Int, after: Int)

  /// Elements of all weights, before and after.
  package var parameters: (before: Int, after: Int) { (before.parameterCount, after.parameters) }

  package init(_ folded: FoldAnswer, bytesBefore: Int, bytesAfter: Int) {
    (before, after, bytes) = (folded.summary, folded.size, (bytesBefore, bytesAfter))
  }

  package func lines(for style: TextStyle) -> [String] {
    ["  " + facts.map { "\($0.name) \($0.value)" }.joined(separator: "   ")]
  }

  package var facts: [Fact] {
    [
      Fact(before.partsName, "\(grouped(before.partCount)) -> \(grouped(after.parts))"),
      Fact("parameters", "\(grouped(before.parameterCount)) -> \(grouped(after.parameters))"),
      Fact("file", Self.sizes(bytes.before, bytes.after)),
    ]
  }

  /// Both sizes in words; the unit once where it is the same.
  private static func sizes(_ before: Int, _ after: Int) -> String {
    let words = (sizeInWords(before).split(separator: " "), sizeInWords(after).split(separator: " "))
    let first = words.0.last == words.1.last ? String(words.0[0]) : words.0.joined(separator: " ")
    return "\(first) -> \(words.1.joined(separator: " "))"
  }

  package var members: [JSONOutput.Member] {
    func pair(_ before: Int, _ after: Int) -> JSONOutput {
      .object([("before", .integer(before)), ("after", .integer(after))])
    }
    return [
      (
        "size",
        .object([
          (before.partsName, pair(before.partCount, after.parts)),
          ("parameters", pair(before.parameterCount, after.parameters)),
          ("bytes", pair(bytes.before, bytes.after)),
        ])
      )
    ]
  }
}

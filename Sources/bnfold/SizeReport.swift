import Bytes
import Jobs

/// What became smaller, for people and for programs.
struct SizeReport {
  let folded: FoldAnswer
  /// Bytes of the files before.
  let bytesBefore: Int
  /// Bytes of the files that were written.
  let bytesAfter: Int

  var line: String {
    let noun = folded.summary.framework == nil ? "tensors" : "layers"
    let (before, after) = (folded.summary, folded.size)
    return """
      \(grouped(before.partCount)) -> \(grouped(after.parts)) \(noun), \
      \(grouped(before.parameterCount)) -> \(grouped(after.parameters)) parameters, \
      \(sizeInWords(bytesBefore)) -> \(sizeInWords(bytesAfter))
      """
  }

  var members: [(String, JSONOutput)] {
    let (before, after) = (folded.summary, folded.size)
    return [
      (folded.summary.framework == nil ? "tensors" : "layers", Self.pair(before.partCount, after.parts)),
      ("parameters", Self.pair(before.parameterCount, after.parameters)),
      ("bytes", Self.pair(bytesBefore, bytesAfter)),
    ]
  }

  private static func pair(_ before: Int, _ after: Int) -> JSONOutput {
    .object([("before", .integer(before)), ("after", .integer(after))])
  }
}

import Bytes

/// What was found under one code, for people: the number, one of them as an example, and what can be done.
struct CodeSummary {
  /// A sign before the number; nil where there is none.
  var mark: String?
  let count: Int
  let code: String
  /// The first of them as a sentence.
  let example: String
  let advice: String

  /// Columns of the number, with the sign.
  private static let numberWidth = 5

  /// - Parameter codeWidth: columns of the longest code beside it.
  func lines(for style: TextStyle, codeWidth: Int) -> [String] {
    let number = grouped(count)
    let room = Self.numberWidth - (mark == nil ? 0 : 1)
    let start = (mark ?? "") + String(repeating: " ", count: max(0, room - number.count)) + number
    let name = code + String(repeating: " ", count: max(0, codeWidth - code.count))
    let indentation = String(repeating: " ", count: Self.numberWidth + codeWidth + 4)
    return Paragraph(
      (count == 1 ? "" : "for instance ") + example, width: style.paragraphWidth,
      first: "\(start) \(name)   ",
      rest: indentation
    ).lines
      + Paragraph(
        "what to do: \(advice)", width: style.paragraphWidth, first: indentation, rest: indentation
      ).lines.map { style.styled($0, .faint) }
  }
}

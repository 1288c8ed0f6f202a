import Bytes

/// Text in Markdown that stays what it is, in a cell of a table as well.
///
/// Source: GitHub Flavored Markdown, 2.4, 2.5 and 4.10; CommonMark 0.31.2, 6.1.
enum MarkdownText {
  /// A name that no Markdown and no mention comes out of.
  static func name(_ name: String) -> String {
    let name = shortened(name)
    let isPlain = name.unicodeScalars.allSatisfy { isWord($0) || " ./:-+=,()".unicodeScalars.contains($0) }
    if isPlain, !name.isEmpty, name.first != " ", name.last != " " { return "`\(name)`" }
    return "<code>" + name.unicodeScalars.map { isWord($0) ? String($0) : "&#\($0.value);" }.joined()
      + "</code>"
  }

  /// A sentence.
  static func sentence(_ text: String) -> String {
    let scalars = Array(shortened(text).unicodeScalars)
    var result = ""
    for (index, scalar) in scalars.enumerated() {
      switch scalar {
      // At the start of a line these make a quotation, a list or a headline.
      case ">" where index == 0, "-" where index == 0, "+" where index == 0, "=" where index == 0:
        result += "\\\(scalar)"
      case "\n", "\r", "\t": result += " "
      case "<": result += "&lt;"
      case "&": result += "&amp;"
      // GitHub would notify a person whose name follows it.
      case "@": result += "@<span></span>"
      // Inside a word it is itself.
      case "_" where index > 0 && index + 1 < scalars.count:
        let isInside = isLetterOrDigit(scalars[index - 1]) && isLetterOrDigit(scalars[index + 1])
        result += isInside ? "_" : "\\_"
      case "\\", "`", "*", "_", "[", "]", "|", "~", "#", "!", "$": result += "\\\(scalar)"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A row of a table.
  static func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

  /// The head of a table.
  static func head(_ cells: [String]) -> [String] { [row(cells), row(cells.map { _ in "---" })] }

  /// Characters of a text; a table is no place for more.
  private static let longest = 400

  private static func shortened(_ text: String) -> String {
    text.count <= longest ? text : text.prefix(longest) + "…"
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool { scalar == "_" || isLetterOrDigit(scalar) }

  private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9": true
    default: false
    }
  }
}

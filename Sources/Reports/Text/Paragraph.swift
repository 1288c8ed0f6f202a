/// Words in lines that are not longer than they may be; a word that is longer has a line of its own.
package struct Paragraph {
  package private(set) var lines: [String] = []

  /// - Parameters:
  ///   - text: words with spaces between.
  ///   - width: columns of a line; nil for one line.
  ///   - first: the beginning of the first line.
  ///   - rest: the beginning of each other one.
  package init(_ text: String, width: Int?, first: String = "", rest: String = "") {
    guard let width else {
      lines = [first + text]
      return
    }
    var line = first
    var used = first.displayWidth
    var isEmpty = true
    for word in text.split(separator: " ", omittingEmptySubsequences: true) {
      let columns = String(word).displayWidth
      if !isEmpty, used + 1 + columns > width {
        lines.append(line)
        (line, used, isEmpty) = (rest, rest.displayWidth, true)
      }
      line += (isEmpty ? "" : " ") + word
      used += columns + (isEmpty ? 0 : 1)
      isEmpty = false
    }
    lines.append(line)
  }
}

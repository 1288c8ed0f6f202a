import Bytes

/// Text from files, so that it is nothing but text in HTML: in elements, and in attributes between quotes.
///
/// Source: https://html.spec.whatwg.org/multipage/syntax.html#character-references. Characters that could reorder the
/// line are shown as escapes, and a text of a megabyte by its beginning: the page is for reading.
struct EscapedText {
  let text: String

  /// Characters of a name that are shown.
  static let longestName = 160
  /// Characters of a sentence that are shown.
  static let longestSentence = 800

  init(_ name: ByteString) {
    guard name.bytes.count > Self.longestName else {
      text = Self.escaped(name.description)
      return
    }
    // A character has four bytes at most, of which none may be cut.
    let start = String(decoding: name.bytes.prefix(4 * Self.longestName), as: UTF8.self)
    text = Self.escaped(Self.beginning(of: ByteString(start).description, count: Self.longestName))
  }

  init(_ sentence: String) {
    let start = Self.beginning(of: sentence, count: Self.longestSentence)
    guard start.utf8.contains(where: { $0 < 0x20 || $0 >= 0x7F }) else {
      text = Self.escaped(start)
      return
    }
    let lines = start.split(separator: "\n", omittingEmptySubsequences: false)
    text = Self.escaped(lines.map { ByteString(String($0)).description }.joined(separator: "\n"))
  }

  private static func beginning(of text: String, count: Int) -> String {
    guard text.utf8.count > count, text.unicodeScalars.count > count else { return text }
    return String(text.unicodeScalars.prefix(count)) + "…"
  }

  private static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: isSpecial) else { return text }
    var result: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): result += "&amp;".utf8
      case UInt8(ascii: "<"): result += "&lt;".utf8
      case UInt8(ascii: ">"): result += "&gt;".utf8
      case UInt8(ascii: "\""): result += "&quot;".utf8
      case UInt8(ascii: "'"): result += "&#39;".utf8
      default: result.append(byte)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func isSpecial(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): true
    default: false
    }
  }
}

/// Text in the picture: made safe for XML, and cut where it is too long.
enum PictureText {
  /// Text for content and attributes of XML; characters that XML 1.0 does not allow are left out.
  ///
  /// Source: https://www.w3.org/TR/xml/#charsets
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x26: result += "&amp;"
      case 0x3C: result += "&lt;"
      case 0x3E: result += "&gt;"
      case 0x22: result += "&quot;"
      case 0x27: result += "&#39;"
      case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...: result.unicodeScalars.append(scalar)
      default: break
      }
    }
    return result
  }

  /// The beginning and the end of a text that is longer than so many characters.
  static func cut(_ text: String, to length: Int) -> String {
    let scalars = text.unicodeScalars
    guard text.utf8.count > length, scalars.count > length else { return text }
    let front = length / 2
    return String(String.UnicodeScalarView(scalars.prefix(front))) + "…"
      + String(String.UnicodeScalarView(scalars.suffix(length - front - 1)))
  }

  /// How wide a text is about, in the sans-serif fonts that there are.
  static func width(_ text: String, size: Double) -> Double { Double(text.displayWidth) * size * 0.58 }
}

/// Text in the picture: cut where it is too long, and measured.
enum PictureText {
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

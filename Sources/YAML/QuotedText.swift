import Bytes

extension ByteString {
  /// The text in double quotes, as every YAML 1.2 parser reads it back.
  ///
  /// Letters of every language stay legible; everything else outside ASCII is escaped, since YAML folds some of it into
  /// spaces (line separators) and allows some of it only as an escape (control characters). JSON's way to write what lies
  /// outside the basic plane, a pair of surrogates, is an error in YAML.
  ///
  /// - Precondition: it is UTF-8.
  /// - SeeAlso: YAML 1.2.2, sections 5.1 (character set) and 5.7 (escaped characters).
  public var quotedInYAML: String {
    precondition(isUTF8, "YAML has no escape for a byte that is not a character")
    var result = "\""
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case " "..."~": result.unicodeScalars.append(scalar)
      case _ where scalar.properties.isAlphabetic: result.unicodeScalars.append(scalar)
      default: result += Self.escape(scalar)
      }
    }
    return result + "\""
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16)
    let (letter, count) =
      switch scalar.value {
      case ...0xFF: ("x", 2)
      case ...0xFFFF: ("u", 4)
      default: ("U", 8)
      }
    return "\\" + letter + String(repeating: "0", count: count - digits.count) + digits
  }
}

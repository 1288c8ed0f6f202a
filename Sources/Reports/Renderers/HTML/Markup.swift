import Bytes

/// HTML that can be trusted: what is written into it as a value is escaped, unless it is markup itself.
struct Markup {
  private(set) var text: String

  /// Text that is HTML already.
  init(trusted text: String) { self.text = text }

  var isEmpty: Bool { text.isEmpty }

  var byteCount: Int { text.utf8.count }

  static func += (left: inout Markup, right: Markup) { left.text += right.text }

  static func + (left: Markup, right: Markup) -> Markup { Markup(trusted: left.text + right.text) }
}

extension Markup: ExpressibleByStringInterpolation {
  init(stringLiteral value: String) { text = value }

  init(stringInterpolation: Interpolation) { text = stringInterpolation.text }

  /// Literals as they are, values escaped.
  struct Interpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + 24 * interpolationCount)
    }

    mutating func appendLiteral(_ literal: String) { text += literal }

    mutating func appendInterpolation(_ markup: Markup) { text += markup.text }

    mutating func appendInterpolation(_ parts: [Markup]) { for part in parts { text += part.text } }

    mutating func appendInterpolation(_ value: String) { text += EscapedText(value).text }

    mutating func appendInterpolation(_ name: ByteString) { text += EscapedText(name).text }

    mutating func appendInterpolation(_ number: Int) { text += "\(number)" }
  }
}

import Bytes

/// The report as JSON, for programs that read the page and for people who want to see all of it.
struct EmbeddedData {
  private let document: ReportDocument

  init(_ document: ReportDocument) { self.document = document }

  /// A larger report is left out: a page of it would be slow to open.
  private static let mostBytes = 4_000_000

  var markup: Markup {
    let json = JSONRenderer().text(of: document)
    guard json.utf8.count <= Self.mostBytes else {
      return section(
        """
        <p>It has \(sizeInWords(json.utf8.count)), too much for a page: <code>--report json=FILE</code> writes it to a \
        file of its own.</p>

        """)
    }
    // The element is a data block, which no browser runs. The style sheet shows it, so that it is in the page once.
    return section(
      """
      <details><summary>Show \(sizeInWords(json.utf8.count)) for programs</summary>
      <div class="scroll code" tabindex="0" role="region" aria-labelledby="json">\
      <script type="application/json" id="report">\(Markup(trusted: Self.harmless(json)))</script></div></details>

      """)
  }

  private func section(_ content: Markup) -> Markup {
    """
    <section class="data" aria-labelledby="json">
    <h2 id="json">The report as JSON</h2>
    \(content)</section>

    """
  }

  /// The same JSON without a character that could end the element, or begin a comment in it.
  ///
  /// Source: https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements. In
  /// JSON this character is in strings only.
  static func harmless(_ json: String) -> String {
    var result: [UInt8] = []
    result.reserveCapacity(json.utf8.count + json.utf8.count / 64)
    for byte in json.utf8 {
      if byte == UInt8(ascii: "<") { result += #"\u003c"#.utf8 } else { result.append(byte) }
    }
    return String(decoding: result, as: UTF8.self)
  }
}

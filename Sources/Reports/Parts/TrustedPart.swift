import Bytes

/// Classes that are taken for classes of a framework on the user's word.
package struct TrustedPart: ReportPart {
  package let classes: [String]

  package init(_ classes: [String]) { self.classes = classes }

  package var members: [JSONOutput.Member] { [("trusted_classes", .array(classes.map { .text($0) }))] }

  package func lines(for style: TextStyle) -> [String] {
    guard !classes.isEmpty else { return [] }
    let names = classes.map { ByteString($0).description }.joined(separator: ", ")
    return Paragraph(
      "trusted: \(names), on your word (--trust-class)", width: style.paragraphWidth, first: "  ",
      rest: "    "
    ).lines
  }

  package var findings: [Finding] {
    classes.map {
      Finding(.note, Finding.trustedClass, "\(ByteString($0)) is trusted, on your word (--trust-class)")
    }
  }
}

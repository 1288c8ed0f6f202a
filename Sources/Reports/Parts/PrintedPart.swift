/// Text that is the result itself, as it is.
package struct PrintedPart: ReportPart {
  private let text: [String]

  package init(_ text: [String]) { self.text = text }

  package var members: [JSONOutput.Member] { [] }

  package func lines(for style: TextStyle) -> [String] { text }
}

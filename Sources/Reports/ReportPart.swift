/// A part of a report: the fold, the proof, what the model is.
///
/// What it does not say it leaves out; a renderer takes what it has a place for.
package protocol ReportPart: Sendable {
  /// Members of the report as JSON.
  var members: [JSONOutput.Member] { get }

  /// Lines for people, the most important first.
  func lines(for style: TextStyle) -> [String]

  /// A few words, where the whole report is one line; nil where there are none.
  var brief: String? { get }

  /// What a person should know, for annotations and gates.
  var findings: [Finding] { get }

  /// Numbers in a line, such as `file` and `33.8 -> 33.4 MB`.
  var facts: [Fact] { get }
}

extension ReportPart {
  package var brief: String? { nil }
  package var findings: [Finding] { [] }
  package var facts: [Fact] { [] }
}

/// A number of a report, with its name.
package struct Fact {
  package let name: String
  package let value: String

  package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
}

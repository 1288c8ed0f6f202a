/// A section of the page about one report; what the report has nothing for is left out.
protocol PageSection {
  /// A word for its address in the page.
  static var anchor: String { get }

  /// Its heading.
  static var title: String { get }

  /// Nil where the report has nothing for it.
  init?(_ report: Report)

  /// What is below the heading.
  func markup(at place: PagePlace) -> Markup
}

/// Where a report is in the page.
struct PagePlace {
  /// The number of the report among several; nil where it is the only one.
  let number: Int?

  /// The level of the headings of its sections.
  var headingLevel: Int { number == nil ? 2 : 3 }

  /// An anchor that no other report of the page has.
  func anchor(_ name: String) -> String { number.map { "model-\($0)-\(name)" } ?? name }

  /// Where the report begins.
  var start: String { number.map { "model-\($0)" } ?? "top" }
}

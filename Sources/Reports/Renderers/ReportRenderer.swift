/// A way to draw a report; each has a file of its own.
package protocol ReportRenderer {
  init()

  /// The whole text, with the ends of its lines.
  func text(of document: ReportDocument) -> String
}

/// The ways to draw a report, by the names that people ask for them by.
package enum ReportFormat: String, CaseIterable {
  case text, json

  package var renderer: any ReportRenderer {
    switch self {
    case .text: TextRenderer()
    case .json: JSONRenderer()
    }
  }
}

extension ReportFormat {
  /// Whether it has a place for the digests of the files, which cost time.
  package var hasDigests: Bool {
    switch self {
    case .json: true
    case .text: false
    }
  }
}

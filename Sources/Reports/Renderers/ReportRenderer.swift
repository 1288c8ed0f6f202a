/// A way to draw a report; each has a file of its own.
package protocol ReportRenderer {
  init()

  /// The whole text, with the ends of its lines.
  func text(of document: ReportDocument) -> String
}

/// The ways to draw a report, by the names that people ask for them by.
package enum ReportFormat: String, CaseIterable {
  case text, json, junit, sarif, github, gitlab, markdown

  package var renderer: any ReportRenderer {
    switch self {
    case .text: TextRenderer()
    case .json: JSONRenderer()
    case .junit: JUnitRenderer()
    case .sarif: SARIFRenderer()
    case .github: GitHubRenderer()
    case .gitlab: GitLabRenderer()
    case .markdown: MarkdownRenderer()
    }
  }
}

extension ReportFormat {
  /// Whether it has a place for the digests of the files, which cost time.
  package var hasDigests: Bool {
    switch self {
    case .json, .sarif: true
    case .text, .junit, .github, .gitlab, .markdown: false
    }
  }

  /// Whether it has a place for a picture of the network, for which the layers have to be told.
  package var hasPicture: Bool {
    switch self {
    case .text, .json, .junit, .sarif, .github, .gitlab, .markdown: false
    }
  }
}

/// A way to draw a report; each has a file of its own.
package protocol ReportRenderer {
  init()

  /// What it has a place for beside what every report has.
  static var needs: ReportNeeds { get }

  /// The whole text, with the ends of its lines.
  func text(of document: ReportDocument) -> String
}

extension ReportRenderer {
  package static var needs: ReportNeeds { [] }
}

/// What costs time to find out, and is left out of reports that do not show it.
package struct ReportNeeds: OptionSet, Sendable {
  package let rawValue: Int

  package init(rawValue: Int) { self.rawValue = rawValue }

  /// The digests of the files.
  package static let digests = ReportNeeds(rawValue: 1)
  /// The layers and their wires.
  package static let picture = ReportNeeds(rawValue: 2)
  /// What became of the kernels.
  package static let kernelChanges = ReportNeeds(rawValue: 4)
}

/// The ways to draw a report, by the names that people ask for them by.
package enum ReportFormat: String, CaseIterable {
  case text, json, junit, sarif, github, gitlab, markdown, html

  package var renderer: any ReportRenderer {
    switch self {
    case .text: TextRenderer()
    case .json: JSONRenderer()
    case .junit: JUnitRenderer()
    case .sarif: SARIFRenderer()
    case .github: GitHubRenderer()
    case .gitlab: GitLabRenderer()
    case .markdown: MarkdownRenderer()
    case .html: HTMLRenderer()
    }
  }

  package var needs: ReportNeeds { type(of: renderer).needs }
}

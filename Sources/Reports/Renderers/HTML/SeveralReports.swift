import Bytes

/// The reports about several models, one below the other.
struct SeveralReports {
  private let reports: [Report]

  init(_ reports: [Report]) { self.reports = reports }

  /// Bytes after which reports are only in the overview and in the data: a browser has to open the page.
  private static let mostBytes = 6_000_000

  var markup: Markup {
    var page: Markup = ""
    for (index, report) in reports.enumerated() {
      let place = PagePlace(number: index + 1)
      guard page.byteCount < Self.mostBytes else {
        let left = counted(reports.count - index, "more model")
        page += "<p class=\"more\">And \(left), which are in the table at the top.</p>\n"
        break
      }
      page += """
        <article class="model" aria-labelledby="\(place.start)">
        <h2 id="\(place.start)">\(ReportTitle(report).markup)</h2>\(ReportTitle(report).subtitle)
        \(ReportSections(report, at: place).markup)<p class="back"><a href="#overview">Back to the overview</a></p>
        </article>

        """
    }
    return page
  }
}

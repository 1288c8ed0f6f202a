import Bytes

/// The whole page.
struct Page {
  private let document: ReportDocument

  init(_ document: ReportDocument) { self.document = document }

  /// Nothing is loaded, sent or embedded, whatever a name in a file may look like.
  ///
  /// Source: https://www.w3.org/TR/CSP3/.
  private static let policy = """
    default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
    form-action 'none'
    """

  var markup: Markup {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="\(Markup(trusted: Self.policy))">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="generator" content="bnfold \(Report.version)">
    <title>bnfold \(document.command): \(title)</title>
    <link rel="icon" href="data:,">
    <style>
    \(PageStyle.markup)</style>
    </head>
    <body id="top">
    <a class="skip" href="#content">Skip to the result</a>
    <header class="page-head"><p class="brand"><b>bnfold</b> \(document.command)</p>
    <h1>\(title)</h1>\(subtitle)</header>
    \(body)<footer><p>bnfold \(Report.version). This page is one file: it loads nothing and sends nothing.</p></footer>
    <script>
    \(PageScript.markup)</script>
    </body>
    </html>

    """
  }

  private var title: Markup {
    guard document.isOfSeveral else {
      return document.reports.first.map { ReportTitle($0).markup } ?? "no model"
    }
    return "\(counted(document.reports.count, "model"))"
  }

  private var subtitle: Markup {
    document.isOfSeveral ? "" : document.reports.first.map { ReportTitle($0).subtitle } ?? ""
  }

  private var body: Markup {
    guard document.isOfSeveral else {
      let sections = document.reports.first.map { ReportSections($0, at: PagePlace(number: nil)) }
      return """
        \(sections?.navigation ?? "")<main id="content">
        \(sections?.markup ?? "")\(data)</main>

        """
    }
    return """
      <main id="content">
      \(Overview(document).markup)\(SeveralReports(document.reports).markup)\(data)</main>

      """
  }

  private var data: Markup { EmbeddedData(document).markup }
}

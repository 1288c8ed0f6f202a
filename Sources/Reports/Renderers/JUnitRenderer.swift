import Bytes

/// A report as the tests of a build: JUnit XML, as Jenkins and GitLab read it.
///
/// Source: the schema of Jenkins's xUnit plugin, `junit-10.xsd`; GitLab, "Unit test reports".
package struct JUnitRenderer: ReportRenderer {
  package static let needs: ReportNeeds = .kernelChanges

  package init() {}

  package func text(of document: ReportDocument) -> String {
    let suites = document.reports.map { JUnitSuite($0) }
    let all = suites.flatMap(\.cases)
    let attributes =
      XMLText.attribute("name", "bnfold \(document.command)") + Self.counts(of: all, hasSkipped: false)
      + Self.time(document.isOfSeveral ? document.seconds : document.reports.first?.seconds)
    return
      (["<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<testsuites\(attributes)>"]
      + suites.flatMap(\.lines) + ["</testsuites>"]).map { $0 + "\n" }.joined()
  }

  static func counts(of cases: [JUnitCase], hasSkipped: Bool) -> String {
    func count(_ name: String, _ result: JUnitCase.Result) -> String {
      XMLText.attribute(name, "\(cases.count { $0.result == result })")
    }
    return XMLText.attribute("tests", "\(cases.count)") + count("failures", .failure)
      + count("errors", .error) + (hasSkipped ? count("skipped", .skipped) : "")
  }

  static func time(_ seconds: Double?) -> String {
    seconds.map { XMLText.attribute("time", fixed($0, digits: 3)) } ?? ""
  }
}

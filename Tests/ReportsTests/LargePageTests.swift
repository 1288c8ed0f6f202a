import Testing

@testable import Reports

@Suite struct LargePageTests {
  @Test func `A network with 500 batch normalizations has a page below 2 MB`() {
    var synthetic = SyntheticReport()
    synthetic.count = 500
    let size = SyntheticReport.page(synthetic.report).utf8.count
    #expect((300_000..<2_000_000).contains(size))
  }

  @Test func `Of 100,000 batch normalizations a part is listed, and the rest counted`() {
    var synthetic = SyntheticReport()
    synthetic.count = 100_000
    let text = SyntheticReport.page(synthetic.report)
    #expect(text.utf8.count < 6_000_000)
    #expect(text.contains("And 98,000 more batch normalizations, which the JSON report has."))
    #expect(text.contains("too much for a page: <code>--report json=FILE</code>"))
    #expect(text.contains("50,000 of 100,000"))
  }

  @Test func `Of a thousand models those that are too many are only in the table`() {
    var synthetic = SyntheticReport()
    synthetic.count = 100
    let reports = Array(repeating: synthetic.report, count: 1_000)
    let text = HTMLRenderer().text(of: ReportDocument("fold", reports, isOfSeveral: true, seconds: nil))
    #expect(text.utf8.count < 9_000_000)
    #expect(text.split(separator: "<tr><th scope=\"row\"><a href=\"#model-").count == 1_001)
    #expect(text.contains("more models, which are in the table at the top."))
  }
}

import Bytes
import LosslessJSON
import Testing

@testable import BatchNormFolding
@testable import Reports

@Suite struct HTMLRendererTests {
  private func sections(_ page: String) -> [String] {
    page.split(separator: "<section class=\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
  }

  @Test func `A fold has all sections, in the order of importance`() {
    #expect(
      sections(SyntheticReport.page(SyntheticReport().report)) == [
        "result", "outcomes", "errors", "ranges", "runs", "batch-normalizations", "notes", "record", "data",
      ])
  }

  @Test func `What a report has nothing for is left out`() {
    var report = Report("verify", inputs: [ReportedFile(.original, "a.h5"), ReportedFile(.folded, "b.h5")])
    report.parts = [CheckPart(SyntheticReport().check)]
    #expect(sections(SyntheticReport.page(report)) == ["result", "runs", "notes", "record", "data"])
    report.parts = []
    #expect(sections(SyntheticReport.page(report)) == ["record", "data"])
  }

  @Test func `The tiles have the verdict and what became smaller`() {
    let page = SyntheticReport.page(SyntheticReport().report)
    #expect(page.contains("<div class=\"tile verdict good\">"))
    for words in ["3 of 6", "2 directly, 1 further away", "from 429 (−14.5%)", "8,037,352", "1.3 s"] {
      #expect(page.contains(words), "\(words)")
    }
  }

  @Test func `A model that is not equal is not shown as one that is`() {
    var synthetic = SyntheticReport()
    synthetic.verdict = .notProven
    let page = SyntheticReport.page(synthetic.report)
    #expect(page.contains("<div class=\"tile verdict bad\">"))
    #expect(!page.contains("tile verdict good"))
  }

  @Test func `Why it failed comes first`() {
    var report = SyntheticReport().report
    report.outcome = .failed(["3 stay, and 2 may"])
    #expect(sections(SyntheticReport.page(report)).first == "objections")
    #expect(SyntheticReport.page(report).contains("<li>3 stay, and 2 may</li>"))
    report.outcome = .error(
      ReportedError(kind: "malformed", message: "it is no model", advice: "give a model", exitCode: 65))
    #expect(
      SyntheticReport.page(report).contains(
        "<strong>it is no model</strong></p>\n<p>What to do: give a model"))
  }

  @Test func `Each batch normalization opens to its story`() {
    let page = SyntheticReport.page(SyntheticReport().report)
    #expect(page.split(separator: "<li data-outcome=\"folded\"><details>").count == 4)
    #expect(page.split(separator: "<li data-outcome=\"kept\"><details>").count == 4)
    #expect(
      page.contains("<dt>Across</dt><dd><ul><li><code>pad</code></li><li><code>crop</code></li></ul></dd>"))
    #expect(page.contains("<code>activation</code>: relu_1 is not linear"))
    #expect(page.contains("What to do: \(Refusal.Code.activation.advice)"))
  }

  @Test func `An error beyond rounding has another shape, and is said in words`() {
    var synthetic = SyntheticReport()
    #expect(!SyntheticReport.page(synthetic.report).contains("class=\"beyond\""))
    #expect(
      SyntheticReport.page(synthetic.report).contains(
        "Every element of the kernels of all 6 folded layers is the exact value"))
    synthetic.largestError = 73
    let page = SyntheticReport.page(synthetic.report)
    #expect(page.split(separator: "class=\"beyond\"").count == 2)
    #expect(page.contains("1 of 6 folded layers has a kernel further"))
    synthetic.largestError = .nan
    #expect(SyntheticReport.page(synthetic.report).contains("class=\"beyond\""))
  }

  @Test(arguments: [(99.0, false), (101.0, true)])
  func `A range that folding widens more than 10 times has a warning`(widening: Double, isWarned: Bool) {
    var synthetic = SyntheticReport()
    // The range of all kernels before is 10, from 0.1 to 1.
    synthetic.widening = widening / 10
    let page = SyntheticReport.page(synthetic.report)
    #expect(page.contains("Folding widens the range of 1 layer more than 10 times") == isWarned)
    #expect(page.contains("<tr class=\"widened\">") == isWarned)
    #expect(page.contains("with nothing but zeros: <b>3</b>"))
  }

  @Test func `Several models have a table, and addresses of their own`() {
    let report = SyntheticReport().report
    let page = HTMLRenderer().text(
      of: ReportDocument("fold", [report, report], isOfSeveral: true, seconds: 3))
    #expect(sections(page).first == "overview")
    #expect(page.contains("<a href=\"#model-2\">net.keras"))
    let identifiers = page.split(separator: " id=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
    #expect(Set(identifiers).count == identifiers.count)
  }

  @Test func `Warnings come before what folds, and a layer is said once`() {
    var report = SyntheticReport().report
    report.parts.append(Warnings())
    let page = SyntheticReport.page(report)
    #expect(sections(page).prefix(3) == ["result", "findings", "outcomes"])
    #expect(
      page.contains("<li><code>conv_0</code>: it is odd <span class=\"soft\">What to do: mend it</span></li>")
    )
  }

  /// A part that only warns.
  private struct Warnings: ReportPart {
    var members: [JSONOutput.Member] { [] }
    var findings: [Finding] {
      [Finding(.warning, "odd", layer: "conv_0", "conv_0: it is odd", advice: "mend it")]
    }

    func lines(for style: TextStyle) -> [String] { ["1 odd layer"] }
  }
}

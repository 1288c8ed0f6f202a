/// A report for people who want to look at it: one HTML file that needs nothing else.
package struct HTMLRenderer: ReportRenderer {
  package static let needs: ReportNeeds = [.digests, .kernelChanges, .picture]

  package init() {}

  package func text(of document: ReportDocument) -> String {
    Page(document).markup.text
  }
}

import Foundation
import Reports
import Testing

/// Each format is drawn as it was drawn before; `BNFOLD_WRITE_SNAPSHOTS=1` writes what is drawn now.
@Suite struct SnapshotTests {
  private static let formats: [ReportFormat] = [.text, .json, .junit, .sarif, .github, .gitlab, .markdown]

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Snapshots")

  @Test(arguments: formats, Samples.documents.keys.sorted())
  func `A report looks as it did`(format: ReportFormat, name: String) throws {
    let document = try #require(Samples.documents[name])
    let file = Self.folder.appendingPathComponent("\(name).\(format.rawValue)")
    let text = format.renderer.text(of: document)
    if ProcessInfo.processInfo.environment["BNFOLD_WRITE_SNAPSHOTS"] != nil {
      try Data(text.utf8).write(to: file)
    }
    let expected = try String(contentsOf: file, encoding: .utf8)
    #expect(text == expected)
  }
}

import BatchNormFolding
import Bytes
import Foundation
import LosslessJSON
import Reports
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Names in a model can be anything; each format escapes them for itself.
@Suite struct HostileNameTests {
  private static let names: [ByteString] = [
    "\"quoted\" and 'single'", "<script>alert(1)</script>", "]]>", "a\nb\r\nc\td", "::error::x", "%0A%25",
    "a|b|c", "`code` *bold* _it_ [link](http://x) ~~s~~", "@everyone", "🙂 \u{1F468}\u{200D}\u{1F469}",
    "\u{202E}reversed", "a\u{0}b\u{1B}[31m\u{7F}", "\u{FFFE}\u{FFFF}", ByteString([0xFF, 0xC0, 0x80, 0x41]),
    "",
    " ", "\\", "a/b//c", ByteString(String(repeating: "long ", count: 10_000)),
  ]

  /// Each name as a layer that stays, in a warning with advice, in a path and in what failed.
  private static var document: ReportDocument {
    let reports = names.map { name in
      let text = String(decoding: name.bytes, as: UTF8.self)
      var report = Report("fold", inputs: [ReportedFile(.model, text, bytes: 1)])
      let ledger = Ledger(entries: [
        .init(layer: name, outcome: Samples.kept(.activation, "\(name) is not linear")),
        .init(layer: name, outcome: .folded(into: [name], rule: "r", across: [name])),
      ])
      report.parts = [LedgerPart(ledger), OutcomesPart(ledger), FindingPart(name)]
      report.outcome = .failed(["\(text) is not right"])
      report.notes = [text]
      return report
    }
    return ReportDocument("fold", reports, isOfSeveral: true, seconds: nil)
  }

  @Test(arguments: [ReportFormat.json, .sarif, .gitlab])
  func `What is JSON stays JSON, with the names in it`(format: ReportFormat) throws {
    let text = format.renderer.text(of: Self.document)
    let root = try JSONDocument(parsing: Array(text.utf8)).root
    let strings = Set(strings(of: root))
    for name in Self.names where format != .gitlab {
      #expect(strings.contains(ByteString(String(decoding: name.bytes, as: UTF8.self))))
    }
  }

  private func strings(of value: JSONValue) -> [ByteString] {
    switch value.kind {
    case .string(let text): [text]
    case .array(let values): values.flatMap(strings)
    case .object(let members): members.flatMap { strings(of: $0.value) }
    default: []
    }
  }

  @Test func `Fingerprints of GitLab are all different`() throws {
    let text = GitLabRenderer().text(of: Self.document)
    let issues = try #require(try JSONDocument(parsing: Array(text.utf8)).root.array)
    let fingerprints = issues.compactMap { $0["fingerprint"]?.string }
    #expect(issues.count == 5 * Self.names.count)
    #expect(fingerprints.count == issues.count && Set(fingerprints).count == issues.count)
  }

  @Test func `XML stays XML, with the names as people see them`() throws {
    let text = JUnitRenderer().text(of: Self.document)
    let parser = XMLParser(data: Data(text.utf8))
    let reader = TestReader()
    parser.delegate = reader
    #expect(parser.parse())
    #expect(reader.names.count == 4 * Self.names.count)
    for name in Self.names { #expect(reader.names.filter { $0 == name.description }.count >= 2) }
  }

  /// Characters that XML forbids even as references are gone.
  @Test func `Forbidden characters are left out`() throws {
    var report = Report("fold", inputs: [])
    report.outcome = .failed(["a\u{0}b\u{8}c\u{B}d\u{1F}e\u{FFFE}f\tg\nh\ri]]>&\"'<🙂"])
    let document = ReportDocument("fold", [report], isOfSeveral: false, seconds: nil)
    let parser = XMLParser(data: Data(JUnitRenderer().text(of: document).utf8))
    let reader = TestReader()
    parser.delegate = reader
    #expect(parser.parse())
    #expect(reader.messages == ["abcdef\tg\nh\ri]]>&\"'<🙂"])
    #expect(reader.texts == ["abcdef\tg\nh\ri]]>&\"'<🙂"])
  }

  @Test func `No name becomes a command of GitHub`() {
    let text = GitHubRenderer().text(of: Self.document)
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline && $0 != "\u{2028}" }.dropLast()
    #expect(!text.contains("\r"))
    #expect(lines.count == 4 * Self.names.count)
    for line in lines {
      #expect(
        line.firstMatch(of: #/^::(error|warning|notice) file=[^:,]*,title=bnfold fold%3A [a-z-]+::/#) != nil)
    }
  }

  @Test func `No name leaves its cell of a table`() {
    let text = MarkdownRenderer().text(of: Self.document)
    for line in text.split(separator: "\n") where line.hasPrefix("|") {
      let separators = line.replacing("\\|", with: "").count { $0 == "|" }
      #expect(separators == 5 || separators == 7)
    }
    #expect(!text.contains("<script") && !text.contains("@everyone"))
    #expect(text.utf8.count < 200_000)
  }

  @Test(arguments: ReportFormat.allCases)
  func `Every format takes every name`(format: ReportFormat) {
    #expect(!format.renderer.text(of: Self.document).isEmpty)
  }
}

/// Something that is found in a layer, twice.
private struct FindingPart: ReportPart {
  let findings: [Finding]

  init(_ name: ByteString) {
    let finding = Finding(.warning, "odd", layer: name, "\(name): odd", advice: "rename \(name)")
    findings = [finding, finding]
  }

  var members: [JSONOutput.Member] { [] }

  func lines(for style: TextStyle) -> [String] { [] }
}

/// What a reader of JUnit XML sees.
private final class TestReader: NSObject, XMLParserDelegate {
  private(set) var names: [String] = []
  private(set) var messages: [String] = []
  private(set) var texts: [String] = []
  private var isInFailure = false

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String] = [:]
  ) {
    if name == "testcase" { names.append(attributes["name"] ?? "") }
    guard name == "failure" else { return }
    messages.append(attributes["message"] ?? "")
    texts.append("")
    isInFailure = true
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    if name == "failure" { isInFailure = false }
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if isInFailure { texts[texts.count - 1] += text }
  }
}

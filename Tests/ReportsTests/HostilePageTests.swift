import Bytes
import LosslessJSON
import Testing

@testable import Reports

/// Pages about files whose names were chosen to break them.
@Suite struct HostilePageTests {
  private static let names: [ByteString] = [
    "</script><script>alert(1)</script>", "<!--<script>", "\"><img src=x onerror=alert(1)>", "' onclick='x",
    "&lt;b&gt;",
    "\u{202E}evil\u{0}\u{1B}[31m", "]]>-->", ByteString([0xFF, 0xFE, 0x3C]),
  ]

  private func page(_ name: ByteString) -> String {
    var synthetic = SyntheticReport()
    synthetic.prefix = name
    var report = synthetic.report
    report.inputs.append(ReportedFile(.plan, String(decoding: name.bytes, as: UTF8.self)))
    report.notes = [String(decoding: name.bytes, as: UTF8.self)]
    report.outcome = .failed([String(decoding: name.bytes, as: UTF8.self)])
    return SyntheticReport.page(report)
  }

  /// The elements of a page by their first letters, which no name can change.
  private func tags(_ page: String) -> [String: Int] {
    page.split(separator: "<").dropFirst().reduce(into: [:]) { counts, text in
      counts[String(text.prefix { $0.isLetter || $0 == "/" || $0 == "!" || $0 == "-" }), default: 0] += 1
    }
  }

  @Test(arguments: names)
  func `A name adds no element, and no attribute`(name: ByteString) {
    let (hostile, harmless) = (page(name), page("name"))
    #expect(tags(hostile) == tags(harmless))
    #expect(hostile.split(separator: "=\"").count == harmless.split(separator: "=\"").count)
    #expect(!hostile.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x202E })
  }

  @Test(arguments: names)
  func `The JSON in the page is the report`(name: ByteString) throws {
    let text = page(name)
    let start = try #require(text.firstRange(of: "<script type=\"application/json\" id=\"report\">"))
    let json = text[start.upperBound...]
    let end = try #require(json.firstRange(of: "</script"))
    let root = try JSONDocument(parsing: Array(json[..<end.lowerBound].utf8)).root
    #expect(root["command"]?.string == "fold")
    let layers = root["batch_normalizations"]?.array?.compactMap { $0["layer"]?.string }
    #expect(layers?.count == 6)
    // JSON has no bytes that are not UTF-8.
    if name.isUTF8 { #expect(layers?.first == name + "0") }
  }

  @Test func `No name of a megabyte makes the page much larger`() {
    var synthetic = SyntheticReport()
    synthetic.prefix = ByteString(String(repeating: "<é", count: 400_000))
    let text = SyntheticReport.page(synthetic.report)
    #expect(text.utf8.count < 200_000)
    #expect(text.contains("…"))
    #expect(!text.contains("\u{FFFD}"))
  }

  @Test func `Nothing in the page acts without the script, or loads anything`() {
    let text = page("name")
    #expect(text.contains("default-src 'none'"))
    for word in [" onclick=", " onload=", " src=", "http://", "https://", "url(", "@import"] {
      #expect(!text.contains(word), "\(word)")
    }
  }
}

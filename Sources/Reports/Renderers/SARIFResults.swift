import Bytes

/// Results of SARIF, and the rules that they name.
struct SARIFResults {
  private(set) var json: [JSONOutput] = []
  private(set) var rules: [JSONOutput] = []
  /// What went wrong where no file is to blame.
  private(set) var notifications: [JSONOutput] = []
  private var places: [String: Int] = [:]
  private var fingerprints = Fingerprints()

  mutating func add(_ report: Report) {
    for finding in report.problems {
      if let file = report.subject {
        let rule = place(of: finding)
        json.append(result(finding, rule, in: file, fingerprints.next(for: finding, in: file.path)))
      } else {
        notifications.append(notification(finding))
      }
    }
  }

  /// The number of the rule, which is made of the first finding of its code.
  private mutating func place(of finding: Finding) -> Int {
    if let place = places[finding.code] { return place }
    let words = finding.code.split(separator: "-").joined(separator: " ")
    rules.append(
      .object([
        ("id", .text(finding.code)), ("shortDescription", Self.message(words)),
        ("fullDescription", Self.message(finding.sentence)),
        ("help", Self.message(finding.advice ?? finding.message)),
        ("defaultConfiguration", .object([("level", .text(finding.level.rawValue))])),
      ]))
    places[finding.code] = rules.count - 1
    return rules.count - 1
  }

  private func result(
    _ finding: Finding, _ rule: Int, in file: ReportedFile, _ fingerprint: Fingerprint
  ) -> JSONOutput {
    // A model has no lines; GitHub shows only what has one.
    let region: JSONOutput = .object([("startLine", .integer(1))])
    let physical: JSONOutput = .object([
      ("artifactLocation", .object([("uri", .text(SARIFArtifacts.uri(file.path)))])), ("region", region),
    ])
    let location: [JSONOutput.Member] =
      [("physicalLocation", physical)]
      + (finding.layer.map { [("logicalLocations", .array([Self.logicalLocation($0)]))] } ?? [])
    return .object([
      ("ruleId", .text(finding.code)), ("ruleIndex", .integer(rule)),
      ("level", .text(finding.level.rawValue)), ("message", Self.message(finding.sentence)),
      ("locations", .array([.object(location)])),
      (
        "partialFingerprints",
        .object([("primaryLocationLineHash", .text("\(fingerprint.digits):1"))])
      ),
    ])
  }

  private func notification(_ finding: Finding) -> JSONOutput {
    .object([
      ("level", .text(finding.level.rawValue)), ("message", Self.message(finding.sentence)),
      ("descriptor", .object([("id", .text(finding.code))])),
    ])
  }

  private static func logicalLocation(_ layer: ByteString) -> JSONOutput {
    let name = layer.split(separator: UInt8(ascii: "/")).last ?? layer
    return .object([
      ("name", .string(name)), ("fullyQualifiedName", .string(layer)), ("kind", .text("layer")),
    ])
  }

  private static func message(_ text: String) -> JSONOutput { .object([("text", .text(text))]) }
}

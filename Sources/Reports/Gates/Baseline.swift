import Bytes
import LosslessJSON

/// Findings that are known and accepted, by model: "these 59 stay, and no more".
///
/// The file is JSON; `docs/schema/baseline-1.json` is its schema.
package struct Baseline: KeptFile, Sendable {
  private var models: [ByteString: Set<Entry>] = [:]

  /// A finding without its words, which change when numbers do.
  package struct Entry: Hashable, Comparable, Sendable {
    package let layer: ByteString
    package let code: ByteString

    package init(_ finding: Finding) {
      (layer, code) = (finding.layer ?? "", ByteString(finding.code))
    }

    fileprivate init(layer: ByteString, code: ByteString) { (self.layer, self.code) = (layer, code) }

    package static func < (left: Entry, right: Entry) -> Bool {
      (left.layer, left.code) < (right.layer, right.code)
    }
  }

  /// Of the findings of reports, by the paths of their models as they were given.
  package init(of reports: [Report]) {
    for report in reports {
      guard let model = report.inputs.first, report.exitCode <= 1 else { continue }
      models[ByteString(model.path), default: []].formUnion(
        report.findings.filter(\.isCounted).map(Entry.init))
    }
  }

  package init(parsing text: [UInt8]) throws(KeptFileError) {
    let root = try Self.root(of: text)
    guard let members = root["models"]?.members else {
      throw KeptFileError(words: "it has no object \"models\"")
    }
    for member in members {
      guard let findings = member.value.array else {
        throw KeptFileError(words: "the findings of \(member.key) are not a list")
      }
      for finding in findings {
        guard let layer = finding["layer"]?.string, let code = finding["code"]?.string else {
          throw KeptFileError(words: "a finding of \(member.key) has no \"layer\" or no \"code\"")
        }
        models[member.key, default: []].insert(Entry(layer: layer, code: code))
      }
    }
  }

  package static let name = "baseline"
  package static let origin = "; --write-baseline makes one"
  package static let largestBytes = 64 << 20

  /// What is known of a report's model.
  func findings(of report: Report) -> Set<Entry> {
    report.inputs.first.flatMap { models[ByteString($0.path)] } ?? []
  }

  /// The file's text.
  package var text: String {
    let members = models.sorted { $0.key < $1.key }.map { model, entries in
      (
        String(decoding: model.bytes, as: UTF8.self),
        JSONOutput.array(
          entries.sorted().map { .object([("layer", .string($0.layer)), ("code", .string($0.code))]) })
      )
    }
    return JSONOutput.object([("baseline", .integer(Self.schema)), ("models", .object(members))]).serialized()
      + "\n"
  }
}

extension Finding {
  /// Whether it is about the model, rather than about how the command was called.
  var isCounted: Bool { code != Self.note && code != Self.trustedClass }
}

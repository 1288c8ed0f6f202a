import BatchNormFolding
import Bytes
import Jobs

/// Something that must not be so, for a command in a build.
package enum FailCondition: Sendable, Equatable {
  /// More batch normalizations stay than may.
  case kept(atMost: Int)
  /// There is a finding with the code.
  case code(String)
  /// The model became larger, in parameters or in bytes.
  case growth
  /// There is a finding that is a warning, or worse.
  case warning

  /// Whether it is about what is folded, of which only some commands know.
  package var isOfFolding: Bool {
    switch self {
    case .kept, .growth: true
    case .code, .warning: false
    }
  }

  /// The word that it is asked for by.
  package var word: String {
    switch self {
    case .kept: "kept"
    case .code(let code): "code:\(code)"
    case .growth: "growth"
    case .warning: "warning"
    }
  }

  /// Why a report does not hold; nil where it does.
  ///
  /// - Parameter isKnown: whether a finding is in the baseline, so that it is not counted.
  func objection(to report: Report, isKnown: (Finding) -> Bool) -> String? {
    switch self {
    case .kept(let limit):
      guard let ledger = report.part(LedgerPart.self), ledger.isKnown else {
        return "which batch normalizations stay is not known, and --fail-on kept asks for it"
      }
      let kept = ledger.findings.filter { !isKnown($0) }
      guard kept.count > limit else { return nil }
      let example = kept.first?.layer.map { ", such as \($0)" } ?? ""
      let stay = kept.count == 1 ? "stays" : "stay"
      return
        "\(counted(kept.count, "batch normalization")) \(stay)\(example), and at most \(grouped(limit)) may"
    case .code(let code):
      let findings = report.findings.filter { $0.code == code && !isKnown($0) }
      return Self.objection(findings) { "\(counted($0, "finding")) with the code \(code)" }
    case .growth: return report.part(SizePart.self)?.growth.map { "the model grew: \($0)" }
    case .warning:
      let findings = report.findings.filter { $0.level != .note && !isKnown($0) }
      return Self.objection(findings) { counted($0, "warning") }
    }
  }

  private static func objection(_ findings: [Finding], _ words: (Int) -> String) -> String? {
    guard let first = findings.first else { return nil }
    let place = first.layer.map { "\($0): " } ?? ""
    return "\(words(findings.count)), such as \(place)\(first.message)"
  }
}

extension SizePart {
  /// What became larger; nil where nothing did.
  fileprivate var growth: String? {
    let grown = [
      bytes.after > bytes.before ? "bytes \(grouped(bytes.before)) -> \(grouped(bytes.after))" : nil,
      parameters.after > parameters.before
        ? "parameters \(grouped(parameters.before)) -> \(grouped(parameters.after))" : nil,
    ].compactMap(\.self)
    return grown.isEmpty ? nil : grown.joined(separator: ", ")
  }
}

import Bytes

/// What a command found out about a model, or about a pair of models; renderers draw it.
package struct Report: Sendable {
  /// The command's name, such as `fold`.
  package let command: String
  /// The files that it reads.
  package var inputs: [ReportedFile]
  /// The files that it wrote; empty if it wrote none.
  package var outputs: [ReportedFile] = []
  package var outcome = Outcome.done
  /// What it says, in the order of importance.
  package var parts: [any ReportPart] = []
  package var notes: [String] = []
  /// Of random numbers; nil where there are none.
  package var seed: UInt64?
  /// Since the work began; nil where the report has to be the same every time.
  package var seconds: Double?

  package init(_ command: String, inputs: [ReportedFile]) {
    (self.command, self.inputs) = (command, inputs)
  }

  /// How it ended.
  package enum Outcome: Sendable {
    case done
    /// Something that was asked for does not hold, each as a sentence without an end; exit code 1.
    case failed([String])
    case error(ReportedError)
  }

  /// The first part of a kind.
  package func part<Part: ReportPart>(_ kind: Part.Type) -> Part? {
    parts.lazy.compactMap { $0 as? Part }.first
  }

  package var findings: [Finding] {
    parts.flatMap(\.findings) + notes.map { Finding(.note, Finding.note, $0) }
  }

  package var facts: [Fact] { parts.flatMap(\.facts) }

  package var exitCode: Int32 {
    switch outcome {
    case .done: 0
    case .failed: 1
    case .error(let error): error.exitCode
    }
  }

  /// A word for what it did: the model, and what came out of it.
  package var title: String {
    let names = inputs.filter { !$0.role.isCompanion }.map(\.shownPath).joined(separator: ", ")
    return outputs.isEmpty ? names : "\(names) -> \(outputs.map(\.shownPath).joined(separator: ", "))"
  }
}

/// A file that a command reads or writes.
package struct ReportedFile: Sendable {
  package let role: Role
  package let path: String
  /// Its size; nil where it is not known.
  package var bytes: Int?
  /// The SHA-256 of its content in hexadecimal digits; nil where nobody asked for it.
  package var digest: String?

  package init(_ role: Role, _ path: String, bytes: Int? = nil, digest: String? = nil) {
    (self.role, self.path, self.bytes, self.digest) = (role, path, bytes, digest)
  }

  /// What a file is to the command.
  package enum Role: String, CaseIterable, Sendable {
    case model, original, folded, first, second, weights, architecture, plan, array, data, picture
    case certificate, part
    case foldedArchitecture = "folded-architecture"
    case secondArchitecture = "second-architecture"

    /// Whether it only comes with another file.
    var isCompanion: Bool {
      switch self {
      case .model, .original, .folded, .first, .second, .weights: false
      default: true
      }
    }
  }

  /// The path as a terminal may show it.
  var shownPath: String { ByteString(path).description }

  var json: JSONOutput {
    .object([
      ("role", .text(role.rawValue)), ("path", .text(path)), ("bytes", bytes.json { .integer($0) }),
      ("sha256", digest.json { .text($0) }),
    ])
  }
}

/// Why a command did not do what it was asked for.
package struct ReportedError: Error {
  /// The kind, which decides the exit code, such as `malformed`.
  package let kind: String
  package let message: String
  /// What can be done about it.
  package let advice: String?
  package let exitCode: Int32

  package init(kind: String, message: String, advice: String?, exitCode: Int32) {
    (self.kind, self.message, self.advice, self.exitCode) = (kind, message, advice, exitCode)
  }

  /// The line for people.
  package var line: String { message + (advice.map { "; \($0)" } ?? "") }

  var json: JSONOutput {
    .object([("kind", .text(kind)), ("message", .text(message)), ("advice", advice.json { .text($0) })])
  }
}

/// Everything that one call has to say: about one model, or about several.
package struct ReportDocument {
  package let command: String
  package let reports: [Report]
  package var seconds: Double?
  /// Whether the call was about several models, even if it found but one.
  package let isOfSeveral: Bool
  /// Models that were not begun, since another one had failed.
  package let notBegun: Int

  package init(
    _ command: String, _ reports: [Report], isOfSeveral: Bool, notBegun: Int = 0, seconds: Double?
  ) {
    (self.command, self.reports, self.isOfSeveral) = (command, reports, isOfSeveral)
    (self.notBegun, self.seconds) = (notBegun, seconds)
  }

  /// The worst of all exit codes.
  package var exitCode: Int32 { reports.map(\.exitCode).max() ?? 0 }
}

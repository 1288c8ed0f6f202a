import BatchNormFolding
import Bytes
import Diagnosis

/// Something in a model that a person should know, with a code for programs.
package struct Finding: Sendable {
  package enum Level: String, CaseIterable, Sendable {
    /// The result cannot be used.
    case error
    /// Something is probably wrong, or costs something.
    case warning
    /// Something is as it is, and can be told.
    case note
  }

  package let level: Level
  /// A stable name, such as `activation`; `docs/` has what it means.
  package let code: String
  /// The layer, with the models around it; nil where it is about the whole model.
  package let layer: ByteString?
  /// A sentence.
  package let message: String
  /// What can be done about it.
  package let advice: String?

  package init(
    _ level: Level, _ code: String, layer: ByteString? = nil, _ message: String, advice: String? = nil
  ) {
    (self.level, self.code, self.layer, self.message, self.advice) = (level, code, layer, message, advice)
  }

  /// The code of a note of the report.
  static let note = "note"
  /// The code of what is taken on the user's word.
  static let trustedClass = "trusted-class"

  /// Codes of batch normalizations that stay.
  package static var codesOfFolding: [String] { Refusal.Code.allCases.map(\.rawValue) + [trustedClass] }

  /// Codes of what the check sees.
  package static var codesOfCheck: [String] {
    [
      CheckPart.subnormalWeights, CheckPart.hiddenDifferences, CheckPart.unreadDifferences,
      Symptom.Code.nonFiniteWeights.rawValue,
      trustedClass,
    ]
  }

  /// Codes of what lint looks for.
  package static var codesOfLint: [String] { Symptom.Code.allCases.map(\.rawValue) + [trustedClass] }

  /// All codes that a gate may name.
  package static var codes: [String] {
    var known: Set<String> = []
    return (codesOfFolding + codesOfCheck + [KernelChangesPart.code] + codesOfLint)
      .filter { known.insert($0).inserted }
  }

  var json: JSONOutput {
    .object([
      ("level", .text(level.rawValue)), ("code", .text(code)), ("layer", layer.json { .string($0) }),
      ("message", .text(message)), ("advice", advice.json { .text($0) }),
    ])
  }
}

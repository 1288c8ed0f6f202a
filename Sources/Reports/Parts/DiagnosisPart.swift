import Bytes
import Diagnosis

/// What a person should know about the batch normalizations of a model.
package struct DiagnosisPart: ReportPart {
  private let diagnosis: ModelDiagnosis

  package init(_ diagnosis: ModelDiagnosis) { self.diagnosis = diagnosis }

  package var findings: [Finding] { sorted.map(\.finding) }

  /// The worst first; the order of the rules within a level.
  private var sorted: [Symptom] {
    Finding.Level.allCases.flatMap { level in diagnosis.symptoms.filter { $0.code.level == level } }
  }

  package var brief: String? { words ?? "nothing to remark" }

  /// For instance `1 error, 2 warnings, 30 notes`; nil where there is none.
  private var words: String? {
    let counts = Finding.Level.allCases.compactMap { level -> String? in
      let count = diagnosis.symptoms.count { $0.code.level == level }
      return count == 0 ? nil : counted(count, level.rawValue)
    }
    return counts.isEmpty ? nil : counts.joined(separator: ", ")
  }

  package func lines(for style: TextStyle) -> [String] {
    let title = "  \(counted(diagnosis.normalizations, "batch normalization")): \(brief ?? "")\(unread)"
    guard style.detail == .everything else { return [title] + summaries(style) }
    var table = Table(["Level", "Code", "Layer", "What it is"])
    for symptom in sorted {
      table.add([
        symptom.code.level.rawValue, symptom.code.rawValue, symptom.layer.description, symptom.message,
      ])
    }
    return [title] + (table.isEmpty ? [] : [""] + table.lines(for: style))
  }

  private var unread: String {
    guard diagnosis.unread > 0 else { return "" }
    return
      "; \(grouped(diagnosis.unread)) more \(diagnosis.unread == 1 ? "is" : "are") not looked at: code of one's own"
  }

  private func summaries(_ style: TextStyle) -> [String] {
    let groups = sorted.groups(by: \.code)
    let width = groups.map { $0.key.rawValue.count }.max() ?? 0
    return groups.flatMap { code, symptoms in
      CodeSummary(
        mark: code.level.mark(style), count: symptoms.count, code: code.rawValue,
        example: symptoms.first.map { "\($0.layer): \($0.message)" } ?? "", advice: code.advice
      ).lines(for: style, codeWidth: width)
    }
  }

  package var members: [JSONOutput.Member] {
    [
      (
        "diagnosis",
        .object([
          ("batch_normalizations", .integer(diagnosis.normalizations)),
          ("not_read", .integer(diagnosis.unread)),
          ("symptoms", .array(sorted.map(\.json))),
        ])
      )
    ]
  }
}

extension Finding.Level {
  fileprivate func mark(_ style: TextStyle) -> String {
    switch self {
    case .error: style.styled("✗", .red)
    case .warning: style.styled("!", .yellow)
    case .note: style.styled("·", .faint)
    }
  }
}

extension Symptom {
  fileprivate var finding: Finding {
    Finding(code.level, code.rawValue, layer: layer, message, advice: code.advice)
  }

  fileprivate var json: JSONOutput {
    .object([
      ("code", .text(code.rawValue)), ("layer", .string(layer)), ("count", .integer(count)),
      ("all", .integer(all)), ("channel", channel.json { .integer($0) }),
      ("value", value.json { .number($0) }), ("reference", reference.json { .number($0) }),
      ("other_layer", other.json { .string($0) }),
    ])
  }
}

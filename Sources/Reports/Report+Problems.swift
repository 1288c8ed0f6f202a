import Bytes

extension Report {
  /// What went wrong, or can be told: the error, what does not hold, and the findings.
  var problems: [Finding] {
    switch outcome {
    case .done: findings
    case .failed(let objections): objections.map { Finding(.error, Self.objection, $0) } + findings
    case .error(let error):
      [Finding(.error, error.kind, error.message, advice: error.advice)] + findings
    }
  }

  /// The code of what was asked for and does not hold.
  static let objection = "objection"

  /// The file that it is about: of a pair, the one that is held against the other.
  var subject: ReportedFile? {
    inputs.first { $0.role == .folded || $0.role == .second } ?? inputs.first
  }

  /// The result in a few words: what the parts say, or why there is none.
  var verdict: String {
    switch outcome {
    case .done, .failed: parts.compactMap(\.brief).joined(separator: ", ")
    case .error(let error): error.line
    }
  }
}

extension Finding {
  /// The message, which begins with the layer where there is one.
  var sentence: String { layer.map { "\($0): \(detail)" } ?? message }

  /// The message without the layer.
  var detail: String {
    guard let layer else { return message }
    let start = "\(layer): "
    return message.hasPrefix(start) ? String(message.dropFirst(start.count)) : message
  }
}

import BatchNormFolding
import Bytes
import Diagnosis
import Supervision

/// Looks at the batch normalizations of a model, and at whether its weights are numbers; nothing is written.
struct LintJob: Job {
  func answer(in workplace: Workplace) throws -> LintAnswer {
    let opened = try workplace.open(0, as: "the model")
    guard !opened.needsPlan else {
      throw TaskFailure(
        .malformed,
        """
        \(ByteString(opened.input.model.path)): weights without a graph do not say what is wired to what; \
        lint the model that they are of, or look at the tensors by bnfold inspect
        """)
    }
    let file = try workplace.model(opened, 0)
    try file.verifyChecksums()
    workplace.begin("looking at the weights", arrayBytes: file.allBytes)
    return LintAnswer(summary: ModelSummary(of: file), diagnosis: try ModelDiagnosis(of: file.model))
  }
}

/// What `lint` learns from a model.
package struct LintAnswer: Codable {
  package let summary: ModelSummary
  package let diagnosis: ModelDiagnosis
}

extension ModelDiagnosis: CheckedMessage {
  /// Its batch normalizations are counted.
  public var isPossible: Bool {
    Answers.areCounts(normalizations, unread)
  }
}

extension Symptom: CheckedMessage {
  /// Its channels are counted and numbered.
  public var isPossible: Bool {
    Answers.areCounts(count, all, channel ?? 0)
  }
}

import ArrayFiles
import BatchNormFolding
import Bytes
import Elements

/// Runs the first model on files with arrays, into an empty file.
package struct RunJob: Job {
  /// For each file with arrays, the input that it is for; nil where the arrays' names tell.
  let inputNames: [ByteString?]
  /// What the results are written as.
  let format: ArrayFile.Format
  /// What is computed in; nil for the type that the model states.
  let type: ElementType?
  /// Whether the results of all layers are written.
  let showsLayers: Bool

  package init(inputNames: [ByteString?], format: ArrayFile.Format, type: ElementType?, showsLayers: Bool) {
    (self.inputNames, self.format, self.type, self.showsLayers) = (inputNames, format, type, showsLayers)
  }

  var runsModels: Bool { true }

  func answer(in workplace: Workplace) throws -> RunAnswer {
    let file = try workplace.openModel(0, as: "the model")
    try file.verifyChecksums()
    let given = try workplace.arrays(of: workplace.models.dropFirst(), for: inputNames)
    let target = try workplace.target()
    workplace.begin("running the model")
    let run = try ModelRun(of: file, on: given)
    let results = try run.results(in: type, ofAllLayers: showsLayers)
    guard format != .numPy || results.count == 1 else {
      throw TaskFailure(
        .malformed,
        "\(ByteString(file.path)): it has \(results.count) outputs, and an .npy file holds one; write .npz")
    }
    try ArrayFile.write(results, as: format, to: target.descriptor, named: target.path)
    return RunAnswer(
      summary: ModelSummary(of: file),
      outputs: results.map { .init(name: $0.name, shape: $0.shape, elementType: $0.elementType) },
      notes: run.narrowType.map {
        [
          """
          the model states \($0): it was computed in \(type ?? .float32), and no layer's result was rounded \
          to that
          """
        ]
      } ?? [])
  }
}

/// What a run has computed.
package struct RunAnswer: Codable {
  package let summary: ModelSummary
  package let outputs: [Output]
  /// What else a user should know, a sentence each.
  package let notes: [String]

  /// A result, without its elements.
  package struct Output: Codable {
    package let name: ByteString
    package let shape: Shape
    package let elementType: ElementType
  }
}

import BatchNormFolding
import Bytes
import Equivalence
import Parallel

/// Proves that the second model computes the same as the first; what follows are files with arrays for their inputs.
struct VerifyJob: Job {
  /// Of the random inputs, where there are no files.
  let seed: UInt64
  /// For each file with arrays, the input that it is for; nil where the arrays' names tell.
  let inputNames: [ByteString?]
  /// Inputs and outputs of models of different kinds that belong together.
  let pairs: [NamedPair]
  /// Whether it also measures the kernels.
  let measures: Bool

  var runsModels: Bool { true }
  var namedModels: Int { 2 }

  func answer(in workplace: Workplace) throws -> CheckAnswer {
    let original = try workplace.openModel(0, as: "the original")
    let folded = try workplace.openModel(1, as: "the folded model")
    workplace.begin("comparing checksums", arrayBytes: original.allBytes + folded.allBytes)
    let files = [original, folded]
    try shareWork(of: files.count, threads: processorCount()) { index in
      try files[index].verifyChecksums()
    }
    let given = try workplace.arrays(of: workplace.models.dropFirst(2), for: inputNames)
    let inputs = given.isEmpty ? RunInputs.random(seed: seed) : try original.runInputs(from: given)
    if measures {
      workplace.begin("measuring the kernels", arrayBytes: 2 * (original.allBytes + folded.allBytes))
    }
    let changes = measures ? try original.kernelChanges(to: folded) : nil
    workplace.begin("comparing both models")
    return CheckAnswer(
      report: try original.verify(folded, inputs: inputs, pairs: pairs), kernelChanges: changes)
  }
}

import BatchNormFolding
import ModelFiles
import Supervision
import Tensor

/// What a worker does to estimate statistics.
extension WorkerMain {
  func calibrate(_ models: [GivenModel]) throws -> CalibrationAnswer {
    let file = try openModel(models[0], as: "the model")
    try file.verifyChecksums()
    let sets = try zip(models.dropFirst(), task.inputNames).map { set, name in
      try set.input.all.map { input in
        port.begin(
          "reading the data", seconds: task.limits.dataSeconds(forBytes: input.byteCount), memoryBytes: nil)
        Trail.note(Array(input.path.utf8))
        return GivenArrays(
          input: name,
          file: try ArrayFile(reading: input, scratch: set.scratch, limits: task.limits.reading))
      }
    }
    let batches = FileBatches(
      of: try SampleFiles(of: file, in: try parts(of: sets, file)), task.batches)
    let report = try file.calibrate(on: batches, options: task.calibration) { done, total in
      Trail.progress(done, of: total)
      guard done < total else { return }
      port.begin(
        "running sample \(done + 1) of \(total)",
        seconds: task.limits.batchSeconds(ofSize: task.batches.size), memoryBytes: nil)
    }
    return CalibrationAnswer(
      summary: ModelSummary(of: file), report: report, batches: batches.count, samples: batches.sampleCount)
  }

  /// Files that follow each other: sets without a name one after the other, sets for different inputs side by side.
  private func parts(of sets: [[GivenArrays]], _ file: ModelFile) throws -> [[GivenArrays]] {
    guard task.inputNames.contains(where: { $0 != nil }) else { return sets.joined().map { [$0] } }
    guard Set(sets.map(\.count)).count == 1 else {
      throw TaskFailure(
        .malformed,
        "\(ByteString(file.path)): its inputs are given different numbers of files: "
          + sets.map { "\($0.count)" }.joined(separator: ", "))
    }
    return (0..<(sets.first?.count ?? 0)).map { index in sets.map { $0[index] } }
  }
}

/// What was estimated.
struct CalibrationAnswer {
  let summary: ModelSummary
  let report: CalibrationReport
  let batches: Int
  let samples: Int
}

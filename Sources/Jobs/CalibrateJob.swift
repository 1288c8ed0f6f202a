import ArrayFiles
import BatchNormFolding
import Bytes
import Calibration
import Files
import Supervision

/// Estimates the statistics of the first model from the data in the others; nothing is written.
struct CalibrateJob: Job {
  let options: CalibrationOptions
  let batches: BatchOptions
  /// For each set of data, the input that it is for; nil where the arrays' names tell.
  let inputNames: [ByteString?]

  var runsModels: Bool { true }

  func fileBytes(ofModel index: Int, _ limits: Limits) -> Int {
    index > 0 ? limits.dataFileBytes : limits.reading.fileBytes
  }

  func workerLimits(forBytes models: [Int], writes: Bool, _ limits: Limits) -> WorkerLimits {
    limits.calibration(
      ofModel: models[0], allBytes: models.reduce(0, +), batchSize: batches.size,
      isSequential: options.isSequential)
  }

  func answer(in workplace: Workplace) throws -> CalibrationAnswer {
    let limits = workplace.limits
    let file = try workplace.openModel(0, as: "the model")
    try file.verifyChecksums()
    let sets = try zip(workplace.models.dropFirst(), inputNames).map { set, name in
      try set.input.all.map { input in
        workplace.begin("reading the data", seconds: limits.dataSeconds(forBytes: input.byteCount))
        Trail.note(Array(input.path.utf8))
        return GivenArrays(
          input: name, file: try ArrayFile(reading: input, scratch: set.scratch, limits: limits.reading))
      }
    }
    let data = FileBatches(of: try SampleFiles(of: file, in: try parts(of: sets, file)), batches)
    let report = try file.calibrate(on: data, options: options) { done, total in
      workplace.progress(done, of: total)
      guard done < total else { return }
      workplace.begin(
        "running sample \(done + 1) of \(total)", seconds: limits.batchSeconds(ofSize: batches.size))
    }
    return CalibrationAnswer(
      summary: ModelSummary(of: file), report: report, batches: data.count, samples: data.sampleCount)
  }

  /// Files that follow each other: sets without a name one after the other, sets for different inputs side by side.
  private func parts(of sets: [[GivenArrays]], _ file: ModelFile) throws -> [[GivenArrays]] {
    guard inputNames.contains(where: { $0 != nil }) else { return sets.joined().map { [$0] } }
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
package struct CalibrationAnswer: Codable {
  package let summary: ModelSummary
  package let report: CalibrationReport
  package let batches: Int
  package let samples: Int
}

// What a report draws and divides by has to be there.

extension ChannelStatistics: CheckedMessage {
  public var isPossible: Bool { mean.count == variance.count }
}

extension CalibratedLayer: CheckedMessage {
  public var isPossible: Bool { old.channels == new.channels }
}

extension ConvergenceTrace: CheckedMessage {
  public var isPossible: Bool {
    let count = updates.count
    return count > 0 && updates.allSatisfy { (0...Answers.largestNumber).contains($0) }
      && curves.allSatisfy { $0.varianceRatio.count == count && $0.meanError.count == count }
  }
}

import BatchNormFolding
import Supervision

/// What a worker is asked to do with the files that it is given, and what it answers.
protocol Job: Codable {
  associatedtype Answer: Codable

  /// Whether whole models are run.
  var runsModels: Bool { get }
  /// Whether the second model is being written by another worker.
  var readsWhatIsWritten: Bool { get }
  /// Whether it reads models, whose weights may be compressed as a whole.
  var needsScratch: Bool { get }
  /// How many of the models the caller has named as such, for messages.
  var namedModels: Int { get }

  /// How many bytes each file of a model may have, by the model's number.
  func fileBytes(ofModel index: Int, _ limits: Limits) -> Int

  /// What the worker may use.
  ///
  /// - Parameter models: bytes of the files of each.
  func workerLimits(forBytes models: [Int], writes: Bool, _ limits: Limits) -> WorkerLimits

  /// Does the work; nothing can be opened any more.
  func answer(in workplace: Workplace) throws -> Answer
}

extension Job {
  var runsModels: Bool { false }
  var readsWhatIsWritten: Bool { false }
  var needsScratch: Bool { true }
  var namedModels: Int { 1 }

  func fileBytes(ofModel index: Int, _ limits: Limits) -> Int {
    // What has been written may be larger than what was read.
    readsWhatIsWritten && index == 1 ? .max : limits.reading.fileBytes
  }

  func workerLimits(forBytes models: [Int], writes: Bool, _ limits: Limits) -> WorkerLimits {
    limits.worker(forBytes: models.reduce(0, +), runsModels: runsModels, writes: writes)
  }

  /// The name by which a worker knows the job.
  static var name: String { "\(Self.self)" }

  /// Does the work for another process.
  static func reply(to request: [UInt8], in port: WorkerPort, _ assignment: Assignment) -> [UInt8] {
    do {
      let job = try Self(decoding: request)
      let workplace = try Workplace(of: job, assignment, port: port)
      let answer = try job.answer(in: workplace)
      for file in workplace.models.flatMap(\.input.all) { try file.checkReads() }
      return Reply.done(answer).encoded
    } catch let failure as TaskFailure {
      return Reply<Answer>.failed(failure).encoded
    } catch {
      return Reply<Answer>.failed(TaskFailure(error)).encoded
    }
  }
}

/// A job's answer, or why there is none.
enum Reply<Answer: Codable>: Codable {
  case done(Answer)
  case failed(TaskFailure)
}

/// All jobs.
enum Jobs {
  static var all: [any Job.Type] {
    [
      CalibrateJob.self, CheckConversionJob.self, CheckFoldJob.self, CheckPlannedFoldJob.self,
      CompareJob.self,
      ConvertJob.self, ExternalFilesJob.self, FoldJob.self, InspectJob.self, InspectWeightsJob.self,
      LintJob.self,
      PlannedFoldJob.self,
      ProbeJob.self, ProposeJob.self, RunJob.self, VerifyByPlanJob.self, VerifyJob.self,
    ]
  }
}

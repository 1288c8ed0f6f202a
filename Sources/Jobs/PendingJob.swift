import BatchNormFolding
import Bytes
import Files
import ModelFormats
import Supervision

extension Contained {
  func run<Task: Job>(
    _ job: Task, _ what: String, models: [ModelInput], output: ModelOutput? = nil
  ) throws -> Task.Answer {
    var pending = try start(job, models: models, output: output)
    return try observer.during(what, progress: nil) { try pending.answer() }
  }

  func start<Task: Job>(
    _ job: Task, models: [ModelInput], output: ModelOutput? = nil
  ) throws -> PendingJob<Task> {
    let scratch = job.needsScratch ? models.compactMap { _ in ScratchFile() } : []
    let hasScratch = !models.isEmpty && scratch.count == models.count
    let assignment = Assignment(
      name: Task.name, request: ByteString(job.encoded), limits: limits,
      models: models.map { ModelPaths(of: $0) }, output: output?.paths, hasScratch: hasScratch)
    let files =
      models.flatMap(\.all).map(\.descriptor) + (output?.all.map(\.descriptor) ?? [])
      + (hasScratch ? scratch.map(\.descriptor) : [])
    let names = assignment.models.prefix(job.namedModels).map(\.model)
    // The worker has its own copies of the descriptors once it has been started.
    defer { withExtendedLifetime(scratch) {} }
    do throws(WorkerFailure) {
      let worker = try Worker.start(
        assignment.encoded, files: files,
        limits: job.workerLimits(forBytes: models.map(\.byteCount), writes: output != nil, limits))
      return PendingJob(worker: worker, names: names, limits: limits)
    } catch {
      throw TaskFailure(error, names, limits)
    }
  }

  /// Waits for a worker that writes, then for one that reads back what was written.
  func finish<Writing: Job, Checking: Job>(
    _ writing: inout PendingJob<Writing>, _ what: String, _ checking: inout PendingJob<Checking>,
    _ check: String, _ files: ModelOutput
  ) throws -> (Writing.Answer, Checking.Answer) {
    let written = try observer.during(what, progress: nil) { try writing.answer() }
    checking.go()
    files.beginSynchronizing()
    return (written, try observer.during(check, progress: nil) { try checking.answer() })
  }
}

/// A worker that has been started on a job.
struct PendingJob<Task: Job>: ~Copyable {
  private var worker: Worker
  private let names: [String]
  private let limits: Limits

  fileprivate init(worker: consuming Worker, names: [String], limits: Limits) {
    self.worker = worker
    self.names = names
    self.limits = limits
  }

  /// How far it is.
  var progress: WorkerProgress { worker.progress }

  /// Lets a worker go on that waits for another one.
  mutating func go() { worker.go() }

  /// Waits for the answer.
  ///
  /// - Throws: `TaskFailure`, which is the worker's own or says what became of it.
  mutating func answer() throws(TaskFailure) -> Task.Answer {
    let bytes: [UInt8]
    do throws(WorkerFailure) {
      bytes = try worker.answer()
    } catch {
      throw TaskFailure(error, names, limits)
    }
    switch try? Reply<Task.Answer>(decoding: bytes) {
    case .done(let value)?: return value
    case .failed(let failure)?: throw failure
    case nil:
      throw TaskFailure(.malformed, TaskFailure.beginning(names) + "its reader gave an invalid answer")
    }
  }
}

extension TaskFailure {
  /// - Parameter names: the files that were given to the tool.
  fileprivate init(_ failure: WorkerFailure, _ names: [String], _ limits: Limits) {
    if let changes = limits.processChanges, failure.mayBeOfLimits {
      self.init(
        .malformed,
        Self.beginning(names) + "its reader did not get to an answer within the limits \(changes)",
        remedy: .raiseOrOmitLimits)
    } else {
      self.init(
        failure.isOfTheFile ? .malformed : .system, Self.beginning(names) + "\(failure)",
        remedy: failure.remedy)
    }
  }

  /// Files as the beginning of a message.
  fileprivate static func beginning(_ names: [String]) -> String {
    names.map { ByteString($0).description }.joined(separator: ", ") + (names.isEmpty ? "" : ": ")
  }
}

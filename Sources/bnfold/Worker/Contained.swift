import BatchNormFolding
import Supervision
import Tensor

/// The supervisor's side of every command: it opens files and starts workers, and never looks into a file.
struct Contained {
  let limits: Limits

  func inspect(_ path: String) throws -> InspectionAnswer {
    let model = try open(path)
    return try run(WorkerTask(kind: .inspect, paths: [path], limits: limits), inputs: [model])
  }

  func verify(_ original: String, _ folded: String, seed: UInt64) throws -> EquivalenceReport {
    let inputs = [try open(original), try open(folded)]
    let task = WorkerTask(
      kind: .verify, paths: [original, folded], limits: limits, seed: seed, runsModels: true)
    return try run(task, inputs: inputs)
  }

  /// Starts to fold into a file that has no name yet.
  func startFold(of model: InputFile, into output: OutputFile) throws -> Pending<FoldAnswer> {
    let task = WorkerTask(kind: .fold, paths: [model.path, output.target], limits: limits)
    return Pending(worker: try start(task, inputs: [model], output: output), task: task)
  }

  /// Starts the fresh process that will read a folded file back, and compare it with what it has to be.
  ///
  /// It reads the model itself, which it can do while another one folds it; then it waits.
  /// - Parameter runsModels: whether both models are run as well.
  func startCheck(
    of output: OutputFile, against model: InputFile, seed: UInt64, runsModels: Bool
  ) throws -> Pending<EquivalenceReport?> {
    let written = try output.openForReading()
    let task = WorkerTask(
      kind: .check, paths: [model.path, output.target], limits: limits, seed: seed, runsModels: runsModels)
    return Pending(worker: try start(task, inputs: [model, written]), task: task)
  }

  /// What protects a worker here.
  static func protection() throws -> Sandbox {
    Sandbox(rawValue: try Contained(limits: Limits()).run(WorkerTask(kind: .probe), inputs: []))
  }

  func open(_ path: String) throws(FileError) -> InputFile {
    try InputFile(opening: path, limit: limits.reading.fileBytes)
  }

  private func run<Value: Message>(_ task: WorkerTask, inputs: [InputFile]) throws -> Value {
    var pending = Pending<Value>(worker: try start(task, inputs: inputs), task: task)
    return try pending.answer()
  }

  private func start(
    _ task: WorkerTask, inputs: [InputFile], output: OutputFile? = nil
  ) throws -> Worker {
    let bytes = inputs.reduce(0) { $0 + $1.byteCount }
    let files = inputs.map(\.descriptor) + (output.map { [$0.descriptor] } ?? [])
    do throws(WorkerFailure) {
      return try Worker.start(
        task.encoded, files: files,
        limits: limits.worker(forBytes: bytes, runsModels: task.runsModels, writes: task.kind == .fold))
    } catch {
      throw TaskFailure(error, task)
    }
  }
}

/// A worker that has been started on a task.
struct Pending<Value: Message>: ~Copyable {
  private var worker: Worker
  private let task: WorkerTask

  fileprivate init(worker: consuming Worker, task: WorkerTask) {
    self.worker = worker
    self.task = task
  }

  /// Lets a worker go on that waits for another one.
  mutating func go() { worker.go() }

  /// Waits for the answer.
  ///
  /// - Throws: `TaskFailure`, which is the worker's own or says what became of it.
  mutating func answer() throws(TaskFailure) -> Value {
    let bytes: [UInt8]
    do throws(WorkerFailure) {
      bytes = try worker.answer()
    } catch {
      throw TaskFailure(error, task)
    }
    guard let answer = try? Answer<Value>(decoding: bytes) else {
      throw TaskFailure(.malformed, "\(task.names)its reader gave an answer that is none")
    }
    switch answer {
    case .done(let value): return value
    case .failed(let failure): throw failure
    }
  }
}

extension TaskFailure {
  fileprivate init(_ failure: WorkerFailure, _ task: WorkerTask) {
    self.init(failure.isOfTheFile ? .malformed : .system, "\(task.names)\(failure)")
  }
}

extension WorkerTask {
  /// The files that were given to the tool, as the beginning of a message.
  fileprivate var names: String {
    let given = kind == .verify ? paths : Array(paths.prefix(1))
    return given.map { ByteString($0).description }.joined(separator: ", ") + (given.isEmpty ? "" : ": ")
  }
}

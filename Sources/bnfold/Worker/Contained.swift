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

  /// Folds into a file that has no name yet.
  func fold(_ model: InputFile, into output: OutputFile) throws -> FoldAnswer {
    let task = WorkerTask(kind: .fold, paths: [model.path, output.target], limits: limits)
    return try run(task, inputs: [model], output: output)
  }

  /// Starts the fresh process that will read a folded file back, and compare it with what it has to be.
  ///
  /// It reads the model itself, which it can do while another one folds it.
  /// - Parameter runsModels: whether both models are run as well.
  func startCheck(
    of output: OutputFile, against model: InputFile, seed: UInt64, runsModels: Bool
  ) throws -> Check {
    let written = try output.openForReading()
    let task = WorkerTask(
      kind: .check, paths: [model.path, output.target], limits: limits, seed: seed, runsModels: runsModels)
    return Check(worker: try start(task, inputs: [model, written]), task: task)
  }

  /// A check that has been started.
  struct Check: ~Copyable {
    fileprivate var worker: Worker
    fileprivate let task: WorkerTask

    /// Says that the file is written, and waits for the report.
    mutating func finish() throws -> EquivalenceReport? {
      worker.go()
      return try Contained.answer(of: &worker, to: task)
    }
  }

  /// What protects a worker here.
  static func protection() throws -> Sandbox {
    Sandbox(rawValue: try Contained(limits: Limits()).run(WorkerTask(kind: .probe), inputs: []))
  }

  func open(_ path: String) throws(FileError) -> InputFile {
    try InputFile(opening: path, limit: limits.reading.fileBytes)
  }

  private func run<Value: Message>(
    _ task: WorkerTask, inputs: [InputFile], output: OutputFile? = nil
  ) throws -> Value {
    var worker = try start(task, inputs: inputs, output: output)
    return try Self.answer(of: &worker, to: task)
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

  private static func answer<Value: Message>(of worker: inout Worker, to task: WorkerTask) throws -> Value {
    let answer: Answer<Value>
    do {
      answer = try Answer(decoding: try worker.answer())
    } catch let failure as WorkerFailure {
      throw TaskFailure(failure, task)
    } catch {
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

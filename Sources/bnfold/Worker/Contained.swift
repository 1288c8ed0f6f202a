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

  /// Reads a folded file back in a fresh process, and compares it with what it has to be.
  ///
  /// - Parameter runsModels: whether both models are run as well.
  func check(
    _ output: OutputFile, against model: InputFile, seed: UInt64, runsModels: Bool
  ) throws -> EquivalenceReport? {
    let task = WorkerTask(
      kind: .check, paths: [model.path, output.target], limits: limits, seed: seed, runsModels: runsModels)
    return try run(task, inputs: [model], output: output)
  }

  /// What protects a worker here.
  static func protection() throws -> Sandbox {
    Sandbox(rawValue: try Contained(limits: Limits()).run(WorkerTask(kind: .probe), inputs: []))
  }

  func open(_ path: String) throws(FileError) -> InputFile {
    try InputFile(opening: path, limit: limits.reading.fileBytes)
  }

  private func names(of task: WorkerTask) -> String {
    task.paths.isEmpty ? "" : task.paths.map { ByteString($0).description }.joined(separator: ", ") + ": "
  }

  private func run<Value: Message>(
    _ task: WorkerTask, inputs: [InputFile], output: OutputFile? = nil
  ) throws -> Value {
    let bytes = inputs.reduce(0) { $0 + $1.byteCount }
    let files = inputs.map(\.descriptor) + (output.map { [$0.descriptor] } ?? [])
    let answer: Answer<Value>
    do {
      let raw = try Worker.run(
        task.encoded, files: files,
        limits: limits.worker(forBytes: bytes, runsModels: task.runsModels, writes: task.kind == .fold))
      answer = try Answer(decoding: raw)
    } catch let failure as WorkerFailure {
      throw TaskFailure(failure.isOfTheFile ? .malformed : .system, "\(names(of: task))\(failure)")
    } catch {
      throw TaskFailure(.malformed, "\(names(of: task))its reader gave an answer that is none")
    }
    switch answer {
    case .done(let value): return value
    case .failed(let failure): throw failure
    }
  }
}

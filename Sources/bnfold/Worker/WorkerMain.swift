import BatchNormFolding
import Glibc
import HDF5
import Supervision
import Tensor

/// The worker's side of every command: the only place where the tool looks into a file.
struct WorkerMain {
  private let port: WorkerPort
  private let task: WorkerTask

  /// Does what the supervisor asks, if this process was started by one.
  ///
  /// - Returns: only if it was not.
  static func runIfAsked() {
    let arguments = CommandLine.arguments
    guard arguments.count == 3, arguments[1] == Worker.argument, let supervisor = pid_t(arguments[2]),
      let port = WorkerPort(supervisor: supervisor), let task = try? WorkerTask(decoding: port.task)
    else { return }
    WorkerMain(port: port, task: task).run()
  }

  private func run() -> Never {
    switch task.kind {
    case .inspect: port.answer(answer(inspect).encoded)
    case .fold: port.answer(answer(fold).encoded)
    case .check: port.answer(answer(check).encoded)
    case .verify: port.answer(answer(verify).encoded)
    case .probe:
      HDF5File.prepare()
      port.answer(Answer.done(port.close().rawValue).encoded)
    }
  }

  private func answer<Value: Message>(_ body: ([InputFile]) throws -> Value) -> Answer<Value> {
    do {
      let inputs = try prepare()
      let value = try body(inputs)
      for input in inputs { try input.checkReads() }
      return .done(value)
    } catch let failure as TaskFailure {
      return .failed(failure)
    } catch {
      return .failed(TaskFailure(error))
    }
  }

  /// Makes ready whatever has to be opened, then gives up the right to open anything.
  private func prepare() throws -> [InputFile] {
    HDF5File.prepare()
    _ = processorCount()
    if task.runsModels {
      try MatrixLibraryMissing.check()
      try requireMemoryForProducts()
    }
    // What `fold` writes is no input, and what it has written may be larger than what was read.
    let count = task.kind == .fold ? 1 : task.paths.count
    let inputs = try task.paths.indices.prefix(count).map { index in
      let limit = task.kind == .check && index == 1 ? .max : task.limits.reading.fileBytes
      return try InputFile(descriptor: port.file(index), path: task.paths[index], limit: limit)
    }
    _ = port.close()
    return inputs
  }

  /// OpenBLAS asks again and again, without end, for the memory of a thread that it does not get.
  private func requireMemoryForProducts() throws {
    let bytesPerThread = 144 << 20
    let bytesForTheModels = 512 << 20
    guard WorkerPort.canReserve(bytes: processorCount() * bytesPerThread + bytesForTheModels) else {
      throw TaskFailure(
        .system,
        "the limit on memory is too low to run a model; raise --limits memory=BYTES, or use --skip-check")
    }
  }

  /// Begins a stage that decodes, moves or compares the arrays of files.
  private func begin(_ stage: String, _ files: [ModelFile]) {
    let bytes = files.reduce(0) { $0 + $1.byteCount + $1.arrayBytes }
    port.begin(
      stage, seconds: task.limits.arraySeconds(forBytes: bytes),
      memoryBytes: task.limits.stageMemory(forBytes: bytes))
  }

  private func open(_ input: InputFile, as name: String) throws -> ModelFile {
    port.begin(
      "reading the structure of \(name)", seconds: task.limits.structureSeconds(forBytes: input.byteCount),
      memoryBytes: task.limits.stageMemory(forBytes: input.byteCount))
    return try ModelFile(reading: input, limits: task.limits.reading)
  }

  private func plan(_ file: ModelFile) throws -> FoldedModel {
    begin("looking for what can be folded", [file])
    return try file.fold()
  }

  private func inspect(_ inputs: [InputFile]) throws -> InspectionAnswer {
    let file = try open(inputs[0], as: "the model")
    let folded = try plan(file)
    return InspectionAnswer(summary: ModelSummary(of: file), layers: file.layers, ledger: folded.ledger)
  }

  private func fold(_ inputs: [InputFile]) throws -> FoldAnswer {
    let file = try open(inputs[0], as: "the model")
    let folded = try plan(file)
    begin("writing the folded model", [file])
    try folded.write(into: port.file(1), named: task.paths[1])
    return FoldAnswer(summary: ModelSummary(of: file), ledger: folded.ledger, notes: folded.notes)
  }

  private func check(_ inputs: [InputFile]) throws -> EquivalenceReport? {
    let file = try open(inputs[0], as: "the model")
    let folded = try plan(file)
    Trail.begin("waiting for the folded model")
    port.waitForGo()
    inputs[1].measureAgain()
    begin("reading the folded model back", [file, file])
    let written = try folded.readBack(inputs[1])
    guard task.runsModels else { return nil }
    port.begin("running both models", seconds: nil, memoryBytes: nil)
    return try folded.compare(with: written, seed: task.seed)
  }

  private func verify(_ inputs: [InputFile]) throws -> EquivalenceReport {
    let original = try open(inputs[0], as: "the original")
    let folded = try open(inputs[1], as: "the folded model")
    port.begin("running both models", seconds: nil, memoryBytes: nil)
    return try original.verify(folded, seed: task.seed)
  }
}

import BatchNormFolding
import Files
import Glibc
import HDF5
import ModelFiles
import Supervision
import Tensor

/// The worker's side of every command: the only place where the tool looks into a file.
struct WorkerMain {
  let port: WorkerPort
  let task: WorkerTask

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
    case .inspectWeights: port.answer(answer(inspectWeights).encoded)
    case .fold: port.answer(answer(fold).encoded)
    case .check: port.answer(answer(check).encoded)
    case .verify: port.answer(answer(verify).encoded)
    case .verifyByPlan: port.answer(answer(verifyByPlan).encoded)
    case .propose: port.answer(answer(propose).encoded)
    case .foldByPlan: port.answer(answer(foldByPlan).encoded)
    case .checkByPlan: port.answer(answer(checkByPlan).encoded)
    case .convert: port.answer(answer(convert).encoded)
    case .checkConversion: port.answer(answer(checkConversion).encoded)
    case .compare: port.answer(answer(compare).encoded)
    case .run: port.answer(answer(runModel).encoded)
    case .calibrate: port.answer(answer(calibrate).encoded)
    case .probe:
      HDF5File.prepare()
      port.answer(Answer.done(port.close().rawValue).encoded)
    }
  }

  private func answer<Value: Message>(_ body: ([GivenModel]) throws -> Value) -> Answer<Value> {
    do {
      let models = try prepare()
      let value = try body(models)
      for file in models.flatMap(\.input.all) { try file.checkReads() }
      return .done(value)
    } catch let failure as TaskFailure {
      return .failed(failure)
    } catch {
      return .failed(TaskFailure(error))
    }
  }

  /// Makes ready whatever has to be opened, then gives up the right to open anything.
  private func prepare() throws -> [GivenModel] {
    HDF5File.prepare()
    _ = processorCount()
    if task.runsModels { FreedMemory.keep() }
    var number = 0
    func next() -> Int32 {
      defer { number += 1 }
      return port.file(number)
    }
    var models: [GivenModel] = []
    for (index, paths) in task.models.enumerated() {
      let limit = task.fileBytes(ofModel: index)
      let files = try paths.all.map { try InputFile(descriptor: next(), path: $0, limit: limit) }
      models.append(GivenModel(input: paths.input(files), scratch: nil))
    }
    number += task.output?.all.count ?? 0
    if task.hasScratch {
      for index in models.indices { models[index].scratch = ScratchFile(descriptor: next()) }
    }
    _ = port.close()
    return models
  }

  /// The descriptor of a file that is to be written.
  func output(_ index: Int) -> Int32 {
    port.file(task.models.reduce(0) { $0 + $1.all.count } + index)
  }

  /// Begins a stage that decodes, moves or compares the arrays of files.
  private func begin(_ stage: String, _ files: [ModelFile]) {
    let bytes = files.reduce(0) { $0 + $1.byteCount + $1.arrayBytes }
    port.begin(
      stage, seconds: task.limits.arraySeconds(forBytes: bytes),
      memoryBytes: task.limits.stageMemory(forBytes: bytes))
  }

  /// Begins a stage that reads headers, groups and texts.
  func begin(_ stage: String, _ given: GivenModel) {
    let bytes = given.input.byteCount
    port.begin(
      stage, seconds: task.limits.structureSeconds(forBytes: bytes),
      memoryBytes: task.limits.stageMemory(forBytes: bytes))
  }

  func openModel(_ given: GivenModel, as name: String) throws -> ModelFile {
    begin("reading the structure of \(name)", given)
    let file = try ModelFile(reading: given.input, scratch: given.scratch, limits: task.limits.reading)
    try requireTrustedClasses(of: file, given)
    return file
  }

  /// - Throws: `TaskFailure` where a class that the user vouches for is nowhere in the first model.
  func requireTrustedClasses(of file: ModelFile, _ given: GivenModel) throws(TaskFailure) {
    // A fold may have taken out the last layer of a class.
    if given.input.model.path == task.models.first?.model, let missing = file.trustedClassThatIsMissing {
      throw TaskFailure(.usage, "\(ByteString(file.path)): no layer and no model is of the class \(missing)")
    }
  }

  private func plan(_ file: ModelFile) throws -> FoldedModel {
    begin("looking for what can be folded", [file])
    return try file.withStatistics(task.statistics).fold(task.foldOptions)
  }

  private func inspect(_ models: [GivenModel]) throws -> InspectionAnswer {
    let file: ModelFile
    do {
      file = try openModel(models[0], as: "the model")
    } catch let error as ModelFileError {
      guard case .needsPlan = error.rule else { throw error }
      return try inspectWeights(models)
    }
    let folded = try plan(file)
    return InspectionAnswer(
      summary: ModelSummary(of: file), layers: file.layers, tensors: [], ledger: folded.ledger,
      connections: file.connections.map { Connection(from: $0.from, to: $0.to) })
  }

  private func fold(_ models: [GivenModel]) throws -> FoldAnswer {
    let file = try openModel(models[0], as: "the model")
    guard let paths = task.output else { throw TaskFailure(.software, "there is nothing to write to") }
    if task.checksNames { try file.checkNames(paths.model, architecture: paths.companion) }
    let folded = try plan(file)
    begin("writing the folded model", [file])
    try folded.write(into: output(0), named: paths.model)
    if let path = paths.companion { try folded.writeArchitecture(into: output(1), named: path) }
    return FoldAnswer(summary: ModelSummary(of: file), ledger: folded.ledger, notes: folded.notes)
  }

  private func check(_ models: [GivenModel]) throws -> EquivalenceReport? {
    let file = try openModel(models[0], as: "the model")
    let folded = try plan(file)
    try file.verifyChecksums()
    Trail.begin("waiting for the folded model")
    port.waitForGo()
    for file in models[1].input.all { file.measureAgain() }
    begin("reading the folded model back", [file, file])
    let written = try folded.readBack(
      models[1].input.model, architecture: models[1].input.companion, scratch: models[1].scratch)
    guard task.checks else { return nil }
    port.begin("comparing both models", seconds: nil, memoryBytes: nil)
    return try folded.compare(with: written, seed: task.seed)
  }

  private func verify(_ models: [GivenModel]) throws -> EquivalenceReport {
    let original = try openModel(models[0], as: "the original")
    let folded = try openModel(models[1], as: "the folded model")
    begin("comparing checksums", [original, folded])
    let files = [original, folded]
    try shareWork(of: files.count, threads: processorCount()) { index in
      try files[index].verifyChecksums()
    }
    let inputs = try runInputs(Array(models.dropFirst(2)), for: original)
    port.begin("comparing both models", seconds: nil, memoryBytes: nil)
    return try original.verify(folded, inputs: inputs)
  }
}

extension WorkerMain {
  /// The arrays of files, or random ones where there are no files.
  private func runInputs(_ files: [GivenModel], for model: ModelFile) throws -> RunInputs {
    guard !files.isEmpty else { return .random(seed: task.seed) }
    return try model.runInputs(from: try givenArrays(files))
  }
}

/// The files of a model, in a worker.
struct GivenModel {
  let input: ModelInput
  /// An empty file for weights that are compressed as a whole.
  var scratch: ScratchFile?
}

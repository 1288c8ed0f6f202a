import ArrayFiles
import BatchNormFolding
import Bytes
import Files
import HDF5
import Inference
import ModelFormats
import Parallel
import Supervision

/// The files of a job, in the only process that looks into them, and what it says while it works.
struct Workplace {
  let limits: Limits
  private(set) var models: [GivenModel] = []
  private let port: WorkerPort
  private let output: ModelPaths?
  private let firstOutput: Int

  /// Makes ready whatever has to be opened, then gives up the right to open anything.
  init(of job: some Job, _ assignment: Assignment, port: WorkerPort) throws {
    self.port = port
    limits = assignment.limits
    output = assignment.output
    firstOutput = assignment.models.reduce(0) { $0 + $1.all.count }
    HDF5File.prepare()
    _ = processorCount()
    if job.runsModels { FreedMemory.keep() }
    var number = 0
    func next() -> Int32 {
      defer { number += 1 }
      return port.file(number)
    }
    for (index, paths) in assignment.models.enumerated() {
      let limit = job.fileBytes(ofModel: index, limits)
      let files = try paths.all.map { try InputFile(descriptor: next(), path: $0, limit: limit) }
      models.append(GivenModel(input: paths.input(files), scratch: nil))
    }
    number += output?.all.count ?? 0
    if assignment.hasScratch {
      for index in models.indices { models[index].scratch = ScratchFile(descriptor: next()) }
    }
    protection = port.close()
  }

  /// What of the machine's protection is active.
  let protection: Sandbox

  /// An empty file that is to be written, and its name.
  func target() throws -> (descriptor: Int32, path: String) {
    guard let output else { throw TaskFailure(.software, "there is nothing to write to") }
    return (port.file(firstOutput), output.model)
  }

  /// The same for the architecture, where that goes to a file of its own.
  var architectureTarget: (descriptor: Int32, path: String)? {
    output?.companion.map { (port.file(firstOutput + 1), $0) }
  }

  /// Writes into the empty files.
  func write(_ pending: some PendingFile) throws {
    let target = try target()
    try pending.write(to: target.descriptor, named: target.path)
    if let architecture = architectureTarget {
      try pending.writeCompanion(to: architecture.descriptor, named: architecture.path)
    }
  }

  /// Begins a stage, with processor seconds and bytes of address space of its own, or what is left of the whole.
  func begin(_ stage: String, seconds: Int? = nil, memoryBytes: Int? = nil) {
    port.begin(stage, seconds: seconds, memoryBytes: memoryBytes)
  }

  /// Begins a stage that decodes, moves or compares arrays.
  func begin(_ stage: String, arrayBytes bytes: Int) {
    begin(
      stage, seconds: limits.arraySeconds(forBytes: bytes), memoryBytes: limits.stageMemory(forBytes: bytes))
  }

  /// Begins a stage that reads headers, groups and texts.
  func begin(_ stage: String, structureOf given: GivenModel) {
    let bytes = given.input.byteCount
    begin(
      stage, seconds: limits.structureSeconds(forBytes: bytes),
      memoryBytes: limits.stageMemory(forBytes: bytes))
  }

  /// Waits until another worker has written the second model.
  func waitForWhatIsWritten(_ what: String) -> GivenModel {
    Trail.begin("waiting for the \(what)")
    port.waitForGo()
    for file in models[1].input.all { file.measureAgain() }
    return models[1]
  }

  /// Says how much of the work has been done.
  func progress(_ done: Int, of total: Int) { Trail.progress(done, of: total) }

  func openModel(_ index: Int, as name: String) throws -> ModelFile {
    try model(try open(index, as: name), index)
  }

  /// Opens files by what is in them, whether or not they are a model.
  func open(_ index: Int, as name: String) throws -> OpenedInput {
    begin("reading the structure of \(name)", structureOf: models[index])
    return try OpenedInput(reading: models[index].input, limits: limits.reading)
  }

  /// The model in what has been opened.
  func model(_ opened: OpenedInput, _ index: Int) throws -> ModelFile {
    let file = try ModelFile(opened, scratch: models[index].scratch, limits: limits.reading)
    try requireTrustedClasses(of: file, index)
    return file
  }

  /// - Throws: `TaskFailure` where a class that the user vouches for is nowhere in the first model.
  func requireTrustedClasses(of file: ModelFile, _ index: Int) throws(TaskFailure) {
    // A fold may have taken out the last layer of a class.
    if index == 0 || models[index].input.model.path == models[0].input.model.path,
      let missing = file.trustedClassThatIsMissing
    {
      throw TaskFailure(.usage, "\(ByteString(file.path)): no layer and no model is of the class \(missing)")
    }
  }

  /// The arrays of files, with the names of the inputs that they were given for.
  func arrays(of files: some Sequence<GivenModel>, for names: [ByteString?]) throws -> [GivenArrays] {
    try zip(files, names).map { file, name in
      begin("reading the inputs", structureOf: file)
      return GivenArrays(
        input: name,
        file: try ArrayFile(reading: file.input.model, scratch: file.scratch, limits: limits.reading))
    }
  }
}

/// The files of a model, in a worker.
struct GivenModel {
  let input: ModelInput
  /// An empty file for weights that are compressed as a whole.
  var scratch: ScratchFile?
}
